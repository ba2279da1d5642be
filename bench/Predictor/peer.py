"""nnU-Net's own predictor as a process that predicts on request: peer.py MODEL_FOLDER FOLDS MIRRORING THREADS

nnunetv2 comes from the environment (PYTHONPATH). Prints the versions, then for every line "OUTPUT<tab>CHANNEL<tab>..." the seconds from reading the
image to the written labels, and the largest resident memory meanwhile in MiB.
"""
import os
import sys
import time

folder, folds, mirroring, threads = sys.argv[1], sys.argv[2].split(","), sys.argv[3] == "on", sys.argv[4]
# nnU-Net uses no more threads than this names.
os.environ["nnUNet_def_n_proc"] = threads
os.environ["OMP_NUM_THREADS"] = threads
for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ.setdefault(name, "/nonexistent")

# nnU-Net prints as it goes; answers alone go to the standard output.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import torch  # noqa: E402
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor  # noqa: E402

torch.set_num_threads(int(threads))
predictor = nnUNetPredictor(
    use_mirroring=mirroring, perform_everything_on_device=False, device=torch.device("cpu"), allow_tqdm=False)
predictor.initialize_from_trained_model_folder(folder, [fold if fold == "all" else int(fold) for fold in folds])
# Both readers give the same array and spacing of an ordinary NIfTI; this one needs no SimpleITK.
predictor.plans_manager.plans["image_reader_writer"] = "NibabelIO"


def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


print(f"PyTorch {torch.__version__}", file=answers, flush=True)
for line in sys.stdin:
    output, *channels = line.rstrip("\n").split("\t")
    with open("/proc/self/clear_refs", "w") as reset:
        reset.write("5")
    start = time.perf_counter()
    predictor.predict_from_files_sequential([channels], [output.removesuffix(".nii.gz")])
    print(time.perf_counter() - start, peak(), file=answers, flush=True)
