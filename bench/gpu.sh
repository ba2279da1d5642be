#!/usr/bin/env bash
# Checks and measures the library on a CUDA machine, and writes the table of docs/gpu.md to standard output:
#   1. sets up: the CUDA packages of TorchSharp where the feed has them, else compat/TorchSharp built against python's PyTorch;
#   2. runs the tests of the trainers, those named Device* on the GPU;
#   3. trains UNETR++ (Synapse, 64 x 128 x 128, batch 2) and Attention U-Net 3D (96 x 96 x 96, batch 2) in float32 and bfloat16
#      in turns with PyTorch, which has the same networks in bench/peers.
# A test that fails does not keep it from measuring, but from ending with 0.
#
# usage: bench/gpu.sh [--device cuda|cpu] [--python PYTHON] [--rounds N] [--skip-tests | --device-tests] [--skip-table]
#        bench/gpu.sh --pack FILE.tar.xz
#   --device cpu     the same steps on the processor with tiny sizes, to try the script; its figures mean nothing.
#   --device-tests   only the tests that compute on the device, which take a few minutes.
#   --pack           for a machine without network or .NET, such as a node of a cluster: builds here, and packs what runs there.
#                    There: tar -xf FILE.tar.xz && medseg-gpu/bench/gpu.sh; it needs a Python with PyTorch, cmake and g++.
#   MEDSEG_PACKAGES=nuget|compat decides the set-up instead of the feed.
set -euo pipefail
script=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/gpu.sh
given_folder=$PWD
cd "$(dirname "$script")/.."

say() { printf '%s\n' "$*" >&2; }
fail() { say "gpu.sh: $*"; exit 2; }

device=cuda python=python3 rounds=10 tests=usual table=true pack=
while [ $# -gt 0 ]; do
    case $1 in
        --device | --python | --rounds | --pack)
            [ $# -gt 1 ] || fail "$1 needs a value; see the head of bench/gpu.sh."
            declare "${1#--}=$2"
            shift 2
            ;;
        --skip-tests) tests=none; shift ;;
        --device-tests) tests=device; shift ;;
        --skip-table) table=false; shift ;;
        -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$script"; exit 0 ;;
        *) fail "$1 is no option; see the head of bench/gpu.sh." ;;
    esac
done
case $device in cuda | cpu) ;; *) fail "--device is '$device'. Use cuda or cpu." ;; esac
[[ $rounds =~ ^[1-9][0-9]*$ ]] || fail "--rounds is '$rounds'. Use a number from 1 on."

# Where things lie: in a checkout as dotnet builds them, in a pack beside this script.
trainers=Microsoft.ML.MedicalSegmentation.Trainers.Tests
packed=false bench=artifacts/bin/Networks/release test_folder=artifacts/bin/$trainers/release
if [ -d packed ]; then
    packed=true bench=packed/network-bench test_folder=packed/tests
    export DOTNET_ROOT=$PWD/packed/dotnet
    [ ! -d packed/fixtures ] || export MEDSEG_FIXTURES=${MEDSEG_FIXTURES:-$PWD/packed/fixtures}
fi

check_python() {
    command -v "$python" >/dev/null || fail "There is no $python. Give a Python that has PyTorch with --python."
    "$python" - "$device" >&2 <<'PYTHON' || exit 2
import sys
try:
    import numpy
    import torch
except ImportError as lacking:
    sys.exit(f"gpu.sh: {sys.executable} has no {lacking.name}. Install it (pip install torch numpy), or give another Python with --python.")
print(f"PyTorch {torch.__version__}")
if sys.argv[1] == "cuda":
    if not torch.cuda.is_available():
        sys.exit("gpu.sh: This PyTorch sees no CUDA device. Install a CUDA build and a driver, or try the script with --device cpu.")
    print(f"{torch.cuda.get_device_name(0)}, CUDA {torch.version.cuda}, bfloat16 {'yes' if torch.cuda.is_bf16_supported() else 'no'}")
PYTHON
}

build() {
    local properties=()
    [ "$device" != cuda ] || properties=(-p:Gpu=true)
    eng/setup.sh >&2
    say "Building ..."
    dotnet build bench/Networks -c Release -v quiet --nologo "${properties[@]}" >&2
    [ "$tests" = none ] || dotnet build "test/$trainers" -c Release -v quiet --nologo "${properties[@]}" >&2
}

# A pack brings everything but the part that must fit the machine's PyTorch.
build_shim() {
    eng/build-torch-shim.sh >&2
    cp artifacts/setup/torch/libMedSegTorch.so "$bench/"
    cp artifacts/setup/torch/libMedSegTorch.so "$test_folder/"
}

run_tests() {
    local filter=() console=(dotnet vstest)
    [ "$tests" = usual ] && [ "$device" = cuda ] || filter=("--TestCaseFilter:FullyQualifiedName~Contracts.Device")
    ! $packed || console=("$DOTNET_ROOT/dotnet" packed/vstest/vstest.console.dll)
    # Tests compare with the processor, so the GPU takes all 24 bits of each factor.
    NVIDIA_TF32_OVERRIDE=0 MEDSEG_DEVICE=$device "${console[@]}" "$test_folder/$trainers.dll" "${filter[@]}" >&2
}

measure() {
    local scale=published precision
    [ "$device" = cuda ] || scale=tiny
    for precision in float32 bfloat16; do
        # The second table continues the first.
        "$bench/network-bench" --networks unetr-plus-plus,attention-unet --scale "$scale" --device "$device" --precision "$precision" \
            --rounds "$rounds" --turn 3 --no-plain --no-onnx --throughput --python "$python" \
            | { [ "$precision" = float32 ] && cat || tail -n +3; }
    done
}

write_pack() {
    [[ $pack == /* ]] || pack=$given_folder/$pack
    $packed && fail "This is a pack already."
    # Such a machine has no feed, so the stand-in is what can run there.
    export MEDSEG_PACKAGES=compat
    device=cpu build
    local dotnet version
    # Not local, as it is removed when the script ends.
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    local to=$folder/medseg-gpu
    mkdir -p "$to/bench" "$to/eng" "$to/compat/TorchSharp" "$to/packed/vstest"
    cp bench/gpu.sh "$to/bench/"
    cp eng/build-torch-shim.sh "$to/eng/"
    cp -r compat/TorchSharp/native "$to/compat/TorchSharp/"
    cp -r "$bench" "$to/packed/network-bench"
    cp -r "$test_folder" "$to/packed/tests"
    # The table compares libtorch alone; what documents or debugs is not run.
    rm -f "$to"/packed/network-bench/libonnxruntime* "$to"/packed/*/libMedSegTorch.so "$to"/packed/*/*.xml
    dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
    version=$(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \(10[^ ]*\) .*/\1/p' | tail -1)
    mkdir -p "$to/packed/dotnet/shared/Microsoft.NETCore.App" "$to/packed/dotnet/host/fxr"
    cp "$dotnet/dotnet" "$to/packed/dotnet/"
    cp -r "$dotnet/host/fxr/$version" "$to/packed/dotnet/host/fxr/"
    cp -r "$dotnet/shared/Microsoft.NETCore.App/$version" "$to/packed/dotnet/shared/Microsoft.NETCore.App/"
    local sdk=$dotnet/sdk/$(dotnet --version)
    cp -r "$sdk"/vstest.console.* "$sdk"/Microsoft.TestPlatform.*.dll "$sdk"/Microsoft.VisualStudio.TestPlatform.*.dll "$sdk"/Newtonsoft.Json.dll \
        "$sdk"/Microsoft.Extensions.*.dll "$sdk"/NuGet.Frameworks.dll "$sdk"/Extensions "$to/packed/vstest/"
    local fixtures=${MEDSEG_FIXTURES:-../shared/fixtures}
    [ ! -d "$fixtures" ] || cp -r "$fixtures" "$to/packed/fixtures"
    say "Packing ..."
    XZ_OPT=-4 tar -C "$folder" -cJf "$folder/pack" medseg-gpu
    mv "$folder/pack" "$pack"
    say "Wrote $pack, $(($(stat -c %s "$pack") >> 20)) MiB. On the CUDA machine: tar -xf $(basename "$pack") && medseg-gpu/bench/gpu.sh"
}

if [ -n "$pack" ]; then
    write_pack
    exit 0
fi

check_python
if [ "$device" = cuda ]; then
    # The stand-in is built against the PyTorch that it is compared with; with packages this does nothing.
    MEDSEG_TORCH=$("$python" -c 'import os, torch; print(os.path.dirname(torch.__file__))')
    export MEDSEG_TORCH
    command -v nvidia-smi >/dev/null || say "There is no nvidia-smi, so the table will lack memory."
fi
if $packed; then build_shim; else build; fi

passed=true
if [ "$tests" != none ]; then
    say "Testing ..."
    run_tests || passed=false
fi
if $table; then
    say "Measuring ..."
    measure
fi
$passed || { say "gpu.sh: Some tests failed; see above."; exit 1; }
