"""The Attention U-Net of AttentionUNet.cs (two gates, deep supervision) in PyTorch, trained step by step on request.

usage: peer.py FOLDER THREADS, with the weights and the data that Program.cs has written; a number of steps per line of
standard input; answers with the last loss and the milliseconds of each step.
"""
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional


def unit(inputs, outputs, kernel):
    return nn.Sequential(nn.Conv3d(inputs, outputs, kernel, padding=kernel // 2), nn.BatchNorm3d(outputs), nn.ReLU())


def resize(x, like):
    return functional.interpolate(x, size=like.shape[2:], mode="trilinear", align_corners=False)


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = unit(inputs, outputs, 3)
        self.conv2 = unit(outputs, outputs, 3)

    def forward(self, x):
        return self.conv2(self.conv1(x))


class Gate(nn.Module):
    def __init__(self, channels, gating):
        super().__init__()
        self.theta = nn.Conv3d(channels, channels, 2, stride=2, bias=False)
        self.phi = nn.Conv3d(gating, channels, 1)
        self.psi = nn.Conv3d(channels, 1, 1)
        self.W = nn.Sequential(nn.Conv3d(channels, channels, 1), nn.BatchNorm3d(channels))

    def forward(self, x, signal):
        query = self.theta(x)
        relevance = torch.sigmoid(self.psi(functional.relu(query + resize(self.phi(signal), query))))
        return self.W(x * resize(relevance, x))


class Gates(nn.Module):
    def __init__(self, channels, gating):
        super().__init__()
        self.gate_block_1 = Gate(channels, gating)
        self.gate_block_2 = Gate(channels, gating)
        self.combine_gates = unit(2 * channels, channels, 1)

    def forward(self, x, signal):
        return self.combine_gates(torch.cat([self.gate_block_1(x, signal), self.gate_block_2(x, signal)], 1))


class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = Block(inputs + outputs, outputs)

    def forward(self, skip, x):
        return self.conv(torch.cat([skip, functional.interpolate(x, scale_factor=2, mode="trilinear", align_corners=False)], 1))


class Side(nn.Module):
    def __init__(self, inputs, classes):
        super().__init__()
        self.dsv = nn.Sequential(nn.Conv3d(inputs, classes, 1))

    def forward(self, x):
        return self.dsv(x)


class AttentionUNet(nn.Module):
    def __init__(self, channels=1, classes=3, width=16):
        super().__init__()
        w = [width << level for level in range(5)]
        self.conv1, self.conv2, self.conv3, self.conv4 = [Block(i, o) for i, o in zip([channels] + w, w[:4])]
        self.center = Block(w[3], w[4])
        self.gating = nn.Module()
        self.gating.conv1 = unit(w[4], w[4], 1)
        self.attentionblock2, self.attentionblock3, self.attentionblock4 = [Gates(w[k], w[k + 1]) for k in (1, 2, 3)]
        self.up_concat1, self.up_concat2, self.up_concat3, self.up_concat4 = [Up(w[k + 1], w[k]) for k in range(4)]
        self.dsv1 = nn.Conv3d(w[0], classes, 1)
        self.dsv2, self.dsv3, self.dsv4 = [Side(w[k], classes) for k in (1, 2, 3)]
        self.final = nn.Conv3d(4 * classes, classes, 1)

    def forward(self, x):
        pool = lambda y: functional.max_pool3d(y, 2)
        x1 = self.conv1(x)
        x2 = self.conv2(pool(x1))
        x3 = self.conv3(pool(x2))
        x4 = self.conv4(pool(x3))
        bottom = self.center(pool(x4))
        u4 = self.up_concat4(self.attentionblock4(x4, self.gating.conv1(bottom)), bottom)
        u3 = self.up_concat3(self.attentionblock3(x3, u4), u4)
        u2 = self.up_concat2(self.attentionblock2(x2, u3), u3)
        u1 = self.up_concat1(x1, u2)
        sides = [resize(side(u), u1) for side, u in ((self.dsv1, u1), (self.dsv2, u2), (self.dsv3, u3), (self.dsv4, u4))]
        return self.final(torch.cat(sides, 1))


def read_weights(path):
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


folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
network = AttentionUNet()
weights = read_weights(f"{folder}/weights.dat")
shapes = {name: value.shape for name, value in network.state_dict().items()}
network.load_state_dict({name: value.reshape(shapes.get(name, value.shape)) for name, value in weights.items()})
network.train()
image = torch.from_numpy(numpy.fromfile(f"{folder}/image.bin", numpy.float32)).reshape(2, 1, 32, 32, 32)
labels = torch.from_numpy(numpy.fromfile(f"{folder}/labels.bin", numpy.int64)).reshape(2, 32, 32, 32)
optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2)
print(torch.__version__, flush=True)

for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = functional.cross_entropy(network(image), labels)
        loss.backward()
        optimizer.step()
        last = loss.item()
        times.append(1000 * (time.perf_counter() - start))
    print(last, *times, flush=True)
