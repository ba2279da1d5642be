#!/usr/bin/env bash
# Builds and runs the comparison of a training step with PyTorch: bench/TrainingStep/run.sh [ROUNDS [PYTHON]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
dotnet build -c Release -v quiet --nologo
exec dotnet run -c Release --no-build -- "$@"
