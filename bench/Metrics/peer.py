"""The same metrics with SciPy and NumPy. Called by the benchmark program, one operation a process.

peer.py versions            prints those of Python and of the packages
peer.py OPERATION           prints seconds, processor seconds, and kilobytes by which the process grew at its peak
peer.py agree OPERATION     prints the numbers that the operation finds in a smaller pair
"""
import sys
import time

import numpy as np

SPACING = (1.5, 0.8, 0.8)  # z, y, x
ELLIPSOIDS = [
    [0.55, 0.40, 0.32, 0.25, 0.19, 0.22],
    [0.30, 0.45, 0.72, 0.28, 0.24, 0.17],
    [0.60, 0.60, 0.78, 0.12, 0.11, 0.10],
    [0.70, 0.72, 0.30, 0.14, 0.07, 0.06],
    [0.80, 0.75, 0.66, 0.04, 0.03, 0.03],
]
LABELS = [1, 2, 3, 4, 5]


def draw(shape, scale, shift):
    labels = np.zeros(shape, np.uint8)
    for label, e in zip(LABELS, ELLIPSOIDS):
        low = [max(0, int(n * (e[i] - e[i + 3])) - 3) for i, n in enumerate(shape)]
        high = [min(n, int(n * (e[i] + e[i + 3])) + 4) for i, n in enumerate(shape)]
        z, y, x = np.ogrid[tuple(slice(a, b) for a, b in zip(low, high))]
        dz = (z - (shape[0] * e[0])) / (shape[0] * e[3] * scale)
        dy = (y + shift - (shape[1] * e[1])) / (shape[1] * e[4] * scale)
        dx = (x - shift - (shape[2] * e[2])) / (shape[2] * e[5] * scale)
        inside = (dz * dz) + (dy * dy) + (dx * dx) <= 1
        labels[tuple(slice(a, b) for a, b in zip(low, high))][inside] = label
    return labels.copy()  # pages that were never written are not in memory yet


def make(shape):
    return draw(shape, 1, 0), draw(shape, 0.97, 2)


def surfaces(truth, prediction, cropped=True):
    """Erosion and distance transforms, as MedPy, MetricsReloaded and MONAI; in the box of the pair, as the last of them."""
    from scipy.ndimage import binary_erosion, distance_transform_edt, find_objects, generate_binary_structure

    cross = generate_binary_structure(3, 1)
    found = []
    for label in LABELS:
        t, p = truth == label, prediction == label
        if cropped:
            a, b = find_objects(t)[0], find_objects(p)[0]
            box = tuple(slice(min(i.start, j.start), max(i.stop, j.stop)) for i, j in zip(a, b))
            t, p = t[box], p[box]
        t, p = t ^ binary_erosion(t, cross), p ^ binary_erosion(p, cross)
        from_truth = distance_transform_edt(~p, SPACING)[t]
        from_prediction = distance_transform_edt(~t, SPACING)[p]
        pooled = np.concatenate([from_truth, from_prediction])
        found += [np.percentile(pooled, 95), pooled.mean(), (pooled <= 1).mean()]
    return found


def dice(truth, prediction):
    table = np.bincount(truth.ravel() * np.int64(6) + prediction.ravel(), minlength=36).reshape(6, 6)
    return [2 * table[i, i] / (table[i].sum() + table[:, i].sum()) for i in LABELS]


def components(labels, rank):
    from scipy.ndimage import generate_binary_structure, label

    image, count = label(labels, generate_binary_structure(3, rank))
    return [count, image.ravel()[-(image.size // 2)]]


SPECKS = {}


def specks(labels):
    if labels.shape not in SPECKS:
        i = np.arange(labels.size, dtype=np.uint32)
        SPECKS[labels.shape] = ((((i * np.uint32(2654435761)) >> 16) & 0xFF) < 26).astype(np.uint8).reshape(labels.shape)
    return SPECKS[labels.shape]


OPERATIONS = {
    "components": lambda t, p: components(t, 1),
    "components-26": lambda t, p: components(t, 3),
    "specks": lambda t, p: components(specks(t), 1),
    "surfaces": surfaces,
    "surfaces-whole": lambda t, p: surfaces(t, p, cropped=False),
    "dice": dice,
    "dice-any": dice,
}


def peak_kilobytes(field):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field))


def main(operation):
    action = OPERATIONS[operation]
    action(*make((40, 64, 64)))
    pair = make((300, 512, 512))
    if operation == "specks":
        specks(pair[0])
    before = peak_kilobytes("VmRSS")
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")
    runs = []
    grown = None
    # Distance transforms take SciPy so long that one pass is enough.
    for _ in range(1 if operation.startswith("surfaces") else 3):
        processor = time.process_time()
        start = time.perf_counter()
        action(*pair)
        runs.append((time.perf_counter() - start, time.process_time() - processor))
        grown = peak_kilobytes("VmHWM") - before if grown is None else grown
    print(sorted(r[0] for r in runs)[len(runs) // 2], sorted(r[1] for r in runs)[len(runs) // 2], grown)


if __name__ == "__main__":
    if sys.argv[1] == "versions":
        import scipy

        print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, SciPy {scipy.__version__}")
    elif sys.argv[1] == "agree":
        print(*(repr(float(number)) for number in OPERATIONS[sys.argv[2]](*make((60, 96, 100)))))
    else:
        main(sys.argv[1])
