"""The same operations with SciPy and NumPy. Called by the benchmark program, one operation a process.

peer.py versions            prints those of Python and of the packages
peer.py OPERATION VOLUME    prints seconds, processor seconds, and kilobytes by which the process grew at its peak beyond the result
"""
import sys
import time
import warnings

import numpy as np

SPACING = np.array([1.5, 0.7, 0.7])  # z, y, x, as the axes of the array
TARGET = np.array([2.0, 1.0, 1.0])


def make(volume):
    shape, dtype = ((200, 256, 256), np.int16) if volume == "int16" else ((300, 512, 512), np.float32)
    values = ((np.arange(np.prod(shape), dtype=np.int64) * 2654435761) >> 20) % 2000
    return (values.astype(dtype) * dtype(1 if dtype is np.int16 else 0.37)).reshape(shape)


def resample(values, order):
    """Onto 1 x 1 x 2 mm around the same centre; a diagonal matrix given as a vector takes SciPy's fast path."""
    from scipy.ndimage import affine_transform

    ratio = TARGET / SPACING
    shape = np.round(np.array(values.shape) / ratio).astype(int)
    offset = ((np.array(values.shape) - 1) - (shape - 1) * ratio) / 2
    warnings.simplefilter("ignore")  # that of such a vector's change in SciPy 0.18
    return affine_transform(values, ratio, offset, tuple(shape), np.float32, order, mode="nearest")


def resample_oblique(values, order):
    """The same, turned by 10 degrees about the depth axis."""
    from scipy.ndimage import affine_transform

    ratio = TARGET / SPACING
    shape = np.round(np.array(values.shape) / ratio).astype(int)
    offset = ((np.array(values.shape) - 1) - (shape - 1) * ratio) / 2
    c, s = np.cos(np.pi / 18), np.sin(np.pi / 18)
    matrix = np.diag(1 / SPACING) @ np.array([[1, 0, 0], [0, c, s], [0, -s, c]]) @ np.diag(TARGET)
    return affine_transform(values, matrix, offset, tuple(shape), np.float32, order, mode="constant", cval=0)


def z_score(values):
    values = values.astype(np.float32, copy=False)
    return (values - values.mean()) / values.std()


OPERATIONS = {
    "linear": lambda v: resample(v, 1),
    "cubic": lambda v: resample(v, 3),
    "linear-oblique": lambda v: resample_oblique(v, 1),
    "cubic-oblique": lambda v: resample_oblique(v, 3),
    "flip": lambda v: np.ascontiguousarray(v[:, ::-1, ::-1]),
    # From axes (x, y, z) along R, A, S to A, S, R: the array [z, y, x] becomes [x, z, y].
    "swap": lambda v: np.ascontiguousarray(v.transpose(2, 0, 1)),
    "z-score": z_score,
}


def peak_kilobytes(field):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field))


def main(operation, volume):
    action = OPERATIONS[operation]
    values = make(volume)
    action(values[:16, :16, :16])
    before = peak_kilobytes("VmRSS")
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")
    runs = []
    grown = None
    # A spline takes SciPy so long that one pass is enough.
    for _ in range(1 if "cubic" in operation else 3):
        processor = time.process_time()
        start = time.perf_counter()
        result = action(values)
        runs.append((time.perf_counter() - start, time.process_time() - processor))
        if grown is None:
            grown = peak_kilobytes("VmHWM") - before - result.nbytes // 1024
        del result  # its memory is free for the next pass
    print(sorted(r[0] for r in runs)[len(runs) // 2], sorted(r[1] for r in runs)[len(runs) // 2], grown)


if __name__ == "__main__":
    if sys.argv[1:] == ["versions"]:
        import scipy

        print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, SciPy {scipy.__version__}")
    else:
        main(*sys.argv[1:])
