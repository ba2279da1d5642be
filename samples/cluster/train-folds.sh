#!/usr/bin/env bash
# Trains the folds of a cross-validation, one per task of a Slurm job array:
#   sbatch --array=0-4 --export=ALL,DATA=/data/hippocampus,OUTPUT=/results samples/cluster/train-folds.sh
# A task that is requeued or submitted again goes on after the last whole epoch.
#SBATCH --job-name=medseg-folds
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
: "${DATA:?the data set}" "${OUTPUT:?the folder of results}" "${SLURM_ARRAY_TASK_ID:?submit with --array=0-4}"

# The cores that Slurm grants, not all of the machine.
threads="${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}"
mkdir -p "$OUTPUT"
# shellcheck disable=SC2086 # OPTIONS holds several words.
exec ${MEDSEG:-medseg} train "$DATA" --folds "${FOLDS:-5}" --fold "$SLURM_ARRAY_TASK_ID" --seed "${SEED:-0}" --threads "$threads" \
    --output "$OUTPUT/model.fold-$SLURM_ARRAY_TASK_ID.zip" --checkpoint "$OUTPUT/model.state" ${OPTIONS:-}
