#!/usr/bin/env bash
# Checks and measures the library on a CUDA machine, and writes the table of docs/gpu.md to standard output:
#   1. sets up: the CUDA packages of TorchSharp where the feed has them, else compat/TorchSharp built against python's PyTorch;
#   2. runs the tests of the trainers, those of DeviceContractTests on the GPU;
#   3. trains UNETR++ (Synapse, 64 x 128 x 128, batch 2) and Attention U-Net 3D (96 x 96 x 96, batch 2) in float32 and bfloat16
#      in turns with PyTorch, which has the same networks in bench/peers.
#
# usage: bench/gpu.sh [--device cuda|cpu] [--python PYTHON] [--rounds N] [--skip-tests]
#   --device cpu: the same steps on the processor with tiny sizes, to try the script; its figures mean nothing.
#   MEDSEG_PACKAGES=nuget|compat decides the set-up instead of the feed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
device=cuda python=python3 rounds=10 tests=true
while [ $# -gt 0 ]; do
    case $1 in
        --device) device=$2; shift 2 ;;
        --python) python=$2; shift 2 ;;
        --rounds) rounds=$2; shift 2 ;;
        --skip-tests) tests=false; shift ;;
        *) echo "$1 is no option; see the head of bench/gpu.sh." >&2; exit 2 ;;
    esac
done

say() { printf '%s\n' "$*" >&2; }

"$python" - "$device" >&2 <<'PYTHON' || exit 1
import sys
try:
    import torch
except ImportError:
    sys.exit(f"{sys.executable} has no PyTorch. Install it (pip install torch), or give another Python with --python.")
print(f"PyTorch {torch.__version__}")
if sys.argv[1] == "cuda":
    if not torch.cuda.is_available():
        sys.exit("This PyTorch sees no CUDA device. Install a CUDA build and a driver, or try the script with --device cpu.")
    print(f"{torch.cuda.get_device_name(0)}, CUDA {torch.version.cuda}, bfloat16 {'yes' if torch.cuda.is_bf16_supported() else 'no'}")
PYTHON

properties=() scale=tiny onnx=()
if [ "$device" = cuda ]; then
    scale=published
    # The stand-in is built against the PyTorch that it is compared with; with packages this does nothing.
    MEDSEG_TORCH=$("$python" -c 'import os, torch; print(os.path.dirname(torch.__file__))')
    export MEDSEG_TORCH
    properties=(-p:Gpu=true)
    onnx=(--no-onnx)
fi
eng/setup.sh >&2

say "Building ..."
dotnet build bench/Networks -c Release -v quiet --nologo "${properties[@]}" >&2
bench=artifacts/bin/Networks/release/network-bench

if $tests; then
    say "Testing ..."
    # The contract of every network on that device, then everything else of the trainers with this libtorch.
    MEDSEG_DEVICE=$device dotnet test test/Microsoft.ML.MedicalSegmentation.Trainers.Tests -c Release -v quiet --nologo "${properties[@]}" \
        $([ "$device" = cuda ] || echo "--filter FullyQualifiedName~DeviceContractTests") >&2
fi

say "Measuring ..."
for precision in float32 bfloat16; do
    # The second table continues the first.
    "$bench" --networks unetr-plus-plus,attention-unet --scale "$scale" --device "$device" --precision "$precision" \
        --rounds "$rounds" --turn 3 --no-plain --throughput --python "$python" "${onnx[@]}" \
        | { [ "$precision" = float32 ] && cat || tail -n +3; }
done
