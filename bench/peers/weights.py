"""Reads the weights that TorchSharp's Module.save has written."""
import numpy
import torch


def read(path):
    """TorchSharp's file: per tensor its name, element type and sizes in LEB128, and its elements."""
    data = open(path, "rb").read()
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    weights = {}
    for _ in range(number()):
        length = number()
        name = data[at:at + length].decode()
        at += length
        dtype = {4: numpy.int64, 6: numpy.float32}[number()]
        shape = [number() for _ in range(number())]
        array = numpy.frombuffer(data, dtype, int(numpy.prod(shape)), at).reshape(shape)
        at += array.nbytes
        weights[name] = torch.from_numpy(array.copy())
    return weights


def load(network, path):
    """Loads what the network has; the file may hold more, as some networks keep weights that their papers never use."""
    weights = read(path)
    own = network.state_dict()
    missing = sorted(set(own) - set(weights))
    if missing:
        raise SystemExit(f"{path} lacks {len(missing)} tensors of the peer, such as {missing[0]}.")
    network.load_state_dict({name: weights[name].reshape(value.shape) for name, value in own.items()})
