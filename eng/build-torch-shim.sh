#!/usr/bin/env bash
# Builds artifacts/setup/torch/libMedSegTorch.so, the native half of compat/TorchSharp, against the libtorch it finds:
#   1. MEDSEG_TORCH: a folder that holds include/ and lib/ (an unpacked libtorch, or site-packages/torch);
#   2. the system's libtorch (Debian, Ubuntu: apt-get install libtorch-dev);
#   3. the PyTorch of python3.
# MEDSEG_TORCH=python takes the PyTorch of python3 even where the system has a libtorch.
# Does nothing when neither the sources nor that libtorch have changed since the last time.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source_folder=$root/compat/TorchSharp/native
output=$root/artifacts/setup/torch
version_header=include/torch/csrc/api/include/torch/version.h

system=
for folder in /usr /usr/local; do
    if [ -f "$folder/$version_header" ]; then
        system=$folder
        break
    fi
done

# site-packages/torch of python3 holds include/ and lib/ too; found by its path, as importing it takes a second.
of_python() {
    python3 -c 'import importlib.util, os, sys
spec = importlib.util.find_spec("torch")
folder = os.path.dirname(spec.origin) if spec and spec.origin else ""
if not os.path.isdir(os.path.join(folder, "include", "torch", "csrc")): sys.exit(1)
print(folder)' 2>/dev/null
}

if [ "${MEDSEG_TORCH:-}" = python ]; then
    torch=$(of_python) || { echo "python3 has no PyTorch with headers. Install it (pip install torch), or unset MEDSEG_TORCH." >&2; exit 1; }
elif [ -n "${MEDSEG_TORCH:-}" ]; then
    torch=$MEDSEG_TORCH
    if [ ! -f "$torch/$version_header" ]; then
        echo "MEDSEG_TORCH is '$torch', which has no $version_header. Set it to a folder that holds libtorch's include/ and lib/." >&2
        exit 1
    fi
elif [ -n "$system" ]; then
    torch=$system
elif ! torch=$(of_python); then
    echo "No libtorch found. Install libtorch-dev (Debian, Ubuntu), or PyTorch for python3, or set MEDSEG_TORCH to an unpacked libtorch." >&2
    exit 1
fi

versions=("$torch/$version_header")
[ ! -f "$torch/version.py" ] || versions+=("$torch/version.py")
stamp=$(cat "$source_folder/shim.cpp" "$source_folder/CMakeLists.txt" "${versions[@]}" "$0" | sha256sum | cut -d' ' -f1)-$torch
if [ -f "$output/libMedSegTorch.so" ] && [ "$(cat "$output/stamp" 2>/dev/null)" = "$stamp" ]; then
    exit 0
fi

for tool in cmake c++; do
    command -v $tool >/dev/null || { echo "$tool is missing. Install cmake and g++ (Debian, Ubuntu: apt-get install cmake g++)." >&2; exit 1; }
done
options=()
if [ "$torch" != "$system" ]; then
    options+=(-DTORCH_DIR="$torch")
    # Wheels before 2.7 were built with the old string ABI; their own configuration says which.
    config=$torch/share/cmake/Torch/TorchConfig.cmake
    if [ -f "$config" ]; then
        abi=$(sed -n 's/.*_GLIBCXX_USE_CXX11_ABI=\([01]\).*/\1/p' "$config" | head -1)
        [ -z "$abi" ] || options+=(-DTORCH_CXX11_ABI="$abi")
    fi
fi

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
mkdir -p "$output"
if ! { cmake -S "$source_folder" -B "$build" "${options[@]}" && cmake --build "$build"; } > "$output/build.log" 2>&1; then
    echo "Building libMedSegTorch.so against $torch failed. The end of $output/build.log:" >&2
    tail -30 "$output/build.log" >&2
    exit 1
fi
mv "$build/libMedSegTorch.so" "$output/libMedSegTorch.so"
echo "$stamp" > "$output/stamp"
echo "Built libMedSegTorch.so against libtorch in $torch."
