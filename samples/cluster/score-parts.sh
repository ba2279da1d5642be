#!/usr/bin/env bash
# Scores a folder of cases in parts, one per task of a Slurm job array:
#   sbatch --array=0-7 --export=ALL,INPUTS=/data/study,MODEL=/results/model.zip,OUTPUT=/predictions samples/cluster/score-parts.sh
# A task that is submitted again passes over what is scored.
#SBATCH --job-name=medseg-score
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
: "${INPUTS:?the cases}" "${MODEL:?the model zip}" "${OUTPUT:?the folder of predictions}" "${SLURM_ARRAY_TASK_ID:?submit with --array=0-7}"

part="$((SLURM_ARRAY_TASK_ID + 1))/${SLURM_ARRAY_TASK_COUNT:-1}"
exec ${MEDSEG:-medseg} score "$INPUTS" --model "$MODEL" --output "$OUTPUT" --part "$part" --summary "$OUTPUT/part-$SLURM_ARRAY_TASK_ID.json"
