#!/usr/bin/env bash
# Joins the folds to one model:
#   sbatch --dependency=afterok:ARRAY_JOB --export=ALL,OUTPUT=/results samples/cluster/join-folds.sh
#SBATCH --job-name=medseg-join
#SBATCH --open-mode=append
set -euo pipefail
: "${OUTPUT:?the folder of results}"

# Every task has written the same division of the cases; `medseg choose` looks for it beside the model.
cp "$OUTPUT/model.fold-0.splits.json" "$OUTPUT/model.splits.json"
exec ${MEDSEG:-medseg} ensemble "$OUTPUT"/model.fold-*.zip --output "$OUTPUT/model.zip"
