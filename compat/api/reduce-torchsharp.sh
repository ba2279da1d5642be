#!/usr/bin/env bash
# Writes compat/api/TorchSharp.txt: of the full list of the public members of TorchSharp 0.106.0 (9,000 lines), those of the types whose
# names compat/TorchSharp declares. Run it when the stand-in gets a type:
#   compat/api/reduce-torchsharp.sh FULL-LIST
set -euo pipefail
full=${1:?give the full list of TorchSharp\'s public members}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

names=$(grep -rhoE '\b(class|struct|interface|enum) [A-Za-z0-9_]+' "$here/../TorchSharp" --include=*.cs --exclude-dir=bin --exclude-dir=obj |
    cut -d' ' -f2 | sort -u)
{
    echo "# TorchSharp 0.106.0: the members of the types that compat/TorchSharp declares, by compat/api/reduce-torchsharp.sh"
    awk -v names="$names" '
        BEGIN { split(names, list, "\n"); for (i in list) known[list[i]] = 1 }
        /^#/ { next }
        {
            # The full name up to the parameters, without type arguments; a member is its last part.
            path = $2
            sub(/[(\[].*/, "", path)
            while (gsub(/<[^<>]*>?/, "", path)) { }
            count = split(path, part, ".")
            if ($1 == "M" || $1 == "P" || $1 == "F" || $1 == "E") count--
            for (i = 2; i <= count; i++)
                if (!(part[i] in known) && part[i] != "Modules" && part[i] != "Utils") next
            if (part[1] == "TorchSharp") print
        }' "$full"
} > "$here/TorchSharp.txt"
