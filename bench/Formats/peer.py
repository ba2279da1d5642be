"""The same reads and writes with nibabel. Called by the benchmark program, one operation a process.

peer.py versions               prints those of Python and of the packages
peer.py make FOLDER            writes the volumes that are read: phantom-<size>.nii and .nii.gz
peer.py read FILE WARMUP       prints seconds, processor seconds, and kilobytes by which the process grew at its peak
peer.py write FILE OUT WARMUP  the same, for writing what FILE (a .nii) holds to OUT
"""
import sys
import time

import nibabel as nib
import numpy as np


def make(folder):
    from scipy.ndimage import gaussian_filter

    random = np.random.default_rng(7)
    for name, shape, dtype in (("int16", (256, 256, 200), np.int16), ("float32", (512, 512, 300), np.float32)):
        # Blobs of tissue with noise in them, and air that is exactly zero, as after masking.
        blobs = gaussian_filter(random.standard_normal(shape, np.float32), 4)
        tissue = blobs > 0.2 * blobs.std()
        values = np.where(tissue, 300 * blobs / blobs.std() + 200 + 8 * random.standard_normal(shape, np.float32), 0)
        # Scans that became floating point keep the steps of the integers they were.
        values = np.round(values).astype(dtype) if dtype is np.int16 else np.round(values).astype(np.float32) * np.float32(0.37)
        image = nib.Nifti1Image(values, np.diag([0.7, 0.7, 1.5, 1]))
        for ending in (".nii", ".nii.gz"):
            nib.save(image, f"{folder}/phantom-{name}{ending}")
    # Large enough to take the same paths as the volumes that are measured.
    nib.save(nib.Nifti1Image(np.zeros((128, 128, 128), np.int16), np.eye(4)), f"{folder}/warmup.nii")
    nib.save(nib.Nifti1Image(np.zeros((128, 128, 128), np.int16), np.eye(4)), f"{folder}/warmup.nii.gz")


def read(path):
    # A memory map is not yet a volume in memory: copying makes it one.
    return np.array(nib.load(path).dataobj)


def peak_kilobytes(field):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field))


def timed(action):
    before = peak_kilobytes("VmRSS")
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")
    runs = []
    grown = None
    for _ in range(3):
        processor = time.process_time()
        start = time.perf_counter()
        action()
        runs.append((time.perf_counter() - start, time.process_time() - processor))
        grown = grown or peak_kilobytes("VmHWM") - before
    print(sorted(r[0] for r in runs)[1], sorted(r[1] for r in runs)[1], grown)


if __name__ == "__main__":
    command, arguments = sys.argv[1], sys.argv[2:]
    if command == "versions":
        print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, nibabel {nib.__version__}")
    elif command == "make":
        make(arguments[0])
    elif command == "read":
        read(arguments[1])
        timed(lambda: read(arguments[0]))
    else:
        source, target, warmup = arguments
        values = read(source)
        nib.save(nib.Nifti1Image(read(warmup), np.eye(4)), target)
        timed(lambda: nib.save(nib.Nifti1Image(values, np.eye(4)), target))
