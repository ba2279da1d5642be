#!/usr/bin/env bash
# Checks and measures the library on a CUDA machine, and writes the table of docs/gpu.md to standard output:
#   1. builds on TorchSharp's CUDA packages (TorchSharp-cuda-linux);
#   2. runs the tests of the trainers, those named Device* on the GPU;
#   3. trains UNETR++ (Synapse, 64 x 128 x 128, batch 2) and Attention U-Net 3D (96 x 96 x 96, batch 2) in float32 and bfloat16
#      in turns with PyTorch, which has the same networks in bench/peers.
# A test that fails does not keep it from measuring, but from ending with 0.
#
# usage: bench/gpu.sh [--device cuda|cpu] [--python PYTHON] [--rounds N] [--skip-tests | --device-tests] [--skip-table]
#   --device cpu     the same steps on the processor with tiny sizes, to try the script; its figures mean nothing.
#   --device-tests   only the tests that compute on the device, which take a few minutes.
set -euo pipefail
script=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/gpu.sh
cd "$(dirname "$script")/.."

say() { printf '%s\n' "$*" >&2; }
fail() { say "gpu.sh: $*"; exit 2; }

device=cuda python=python3 rounds=10 tests=usual table=true
while [ $# -gt 0 ]; do
    case $1 in
        --device | --python | --rounds)
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

trainers=Microsoft.ML.MedicalSegmentation.Trainers.Tests
bench=artifacts/bin/Networks/release

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
    say "Building ..."
    dotnet build bench/Networks -c Release -v quiet --nologo "${properties[@]}" >&2
    [ "$tests" = none ] || dotnet build "test/$trainers" -c Release -v quiet --nologo "${properties[@]}" >&2
}

run_tests() {
    local filter=()
    [ "$tests" = usual ] && [ "$device" = cuda ] || filter=("--TestCaseFilter:FullyQualifiedName~Contracts.Device")
    # Tests compare with the processor, so the GPU takes all 24 bits of each factor.
    NVIDIA_TF32_OVERRIDE=0 MEDSEG_DEVICE=$device dotnet vstest "artifacts/bin/$trainers/release/$trainers.dll" "${filter[@]}" >&2
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

check_python
if [ "$device" = cuda ] && ! command -v nvidia-smi >/dev/null; then
    say "There is no nvidia-smi, so the table will lack memory."
fi
build

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
