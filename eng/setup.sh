#!/usr/bin/env bash
# Chooses where the packages come from, and installs what that choice needs. Quick when nothing has changed.
#
#   MEDSEG_PACKAGES=nuget|compat   decides instead of asking the feed
#   MEDSEG_TORCH=DIR               the libtorch to build the TorchSharp stand-in against (compat only)
#
# Writes artifacts/setup/MedSegPackages.props, which every project reads.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
setup="$root/artifacts/setup"
props="$setup/MedSegPackages.props"
stamp="$setup/stamp"
onnxruntime="$root/compat/Microsoft.ML.OnnxRuntime"

say() { printf '%s\n' "$*" >&2; }
fail() { say "medseg: $*"; exit 4; }

fingerprint() {
    cat "$root/Directory.Packages.props" "$root/eng/setup.sh" "$root/eng/build-torch-shim.sh" \
        "$onnxruntime/package-lock.json" "$root"/compat/TorchSharp/native/* | sha256sum | cut -d' ' -f1
    ls "$root/eng/feed"
    # A PyTorch that was replaced in its place.
    cat "${MEDSEG_TORCH:-/nonexistent}/version.py" 2>/dev/null || true
    printf '%s %s %s\n' "$(uname -sm)" "${MEDSEG_PACKAGES:-}" "${MEDSEG_TORCH:-}"
}

is_complete() {
    [ -f "$props" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$1" ] || return 1
    ! grep -q '>compat<' "$props" || { [ -d "$onnxruntime/node_modules/com.github.asus4.onnxruntime/Runtime" ] && [ -f "$setup/torch/libMedSegTorch.so" ]; }
}

choose_mode() {
    case "${MEDSEG_PACKAGES:-}" in
        nuget | compat) mode=$MEDSEG_PACKAGES; reason="MEDSEG_PACKAGES says so"; return ;;
        '') ;;
        *) fail "MEDSEG_PACKAGES is '$MEDSEG_PACKAGES'. Use nuget or compat, or leave it unset." ;;
    esac

    local log="$setup/feed-probe.log"
    if dotnet restore "$root/eng/FeedProbe/FeedProbe.csproj" -v quiet >"$log" 2>&1; then
        mode=nuget; reason="the package feed has everything"
        return
    fi

    mode=compat
    local lacking others
    lacking=$(grep -oE 'NU110[12]: Unable to find package [A-Za-z0-9.-]+' "$log" | sed 's/.* //; s/\.$//' | sort -u | paste -sd' ' - || true)
    others=$(sed -nE 's/.*NU1603: .* but ([A-Za-z0-9.-]+ [0-9][^ ]*) was not found.*/\1/p' "$log" | sort -u | paste -sd, - | sed 's/,/, /g')
    if [ -n "$lacking" ]; then
        reason="the package feed lacks ${lacking// /, }"
    elif [ -n "$others" ]; then
        reason="the package feed has other versions than $others"
    else
        reason="the package feed did not answer (see artifacts/setup/feed-probe.log)"
    fi
}

# Debian packages that compat mode still lacks on this machine.
missing_packages() {
    command -v g++ >/dev/null || echo g++
    command -v cmake >/dev/null || echo cmake
    command -v npm >/dev/null || echo npm
    if [ -z "${MEDSEG_TORCH:-}" ] && ! has_libtorch; then
        echo libtorch-dev
    fi
    # The OpenMP build shares its threads with the system's libtorch; the others fight over the cores. Other libtorchs bring their own.
    [ -n "${MEDSEG_TORCH:-}" ] || compgen -G '/usr/lib/*/openblas-openmp/libblas.so.3' >/dev/null || echo libopenblas0-openmp
}

has_libtorch() {
    [ -f /usr/include/torch/csrc/api/include/torch/version.h ] || python3 -c 'import torch' 2>/dev/null
}

install_packages() {
    local packages
    packages=$(missing_packages | paste -sd' ' -)
    [ -n "$packages" ] || return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        fail "compat mode needs these packages, which only an administrator can install: $packages
    Debian and Ubuntu:  sudo apt-get install --no-install-recommends $packages
    Then run this command again. (Or add the packages named above to eng/feed and run with MEDSEG_PACKAGES=nuget.)"
    fi

    say "Installing $packages ..."
    {
        apt-get update
        # shellcheck disable=SC2086 # a list of names
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
    } >"$setup/apt.log" 2>&1 || { tail -5 "$setup/apt.log" >&2; fail "apt-get could not install $packages; the whole log is artifacts/setup/apt.log."; }
}

set_up_compat() {
    install_packages
    if [ ! -d "$onnxruntime/node_modules/com.github.asus4.onnxruntime/Runtime" ]; then
        say "Fetching ONNX Runtime ..."
        (cd "$onnxruntime" && npm ci --no-fund --no-audit) >"$setup/npm.log" 2>&1 \
            || { tail -5 "$setup/npm.log" >&2; fail "npm could not fetch ONNX Runtime; the whole log is artifacts/setup/npm.log."; }
    fi

    "$root/eng/build-torch-shim.sh" >&2
}

now=$(fingerprint)
if is_complete "$now"; then
    exit 0
fi

command -v dotnet >/dev/null || fail "the .NET SDK is missing. Install version 10 or newer and run this command again."
mkdir -p "$setup" 2>/dev/null && [ -w "$setup" ] || fail "$setup cannot be written. Run this in a copy of the repository that is your own."
choose_mode
say "Packages: $mode, because $reason."
[ "$mode" = nuget ] || set_up_compat
cat >"$props" <<EOF
<Project>
  <PropertyGroup>
    <MedSegPackages>$mode</MedSegPackages>
  </PropertyGroup>
</Project>
EOF
printf '%s\n' "$now" >"$stamp"
