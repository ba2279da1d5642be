"""The Attention U-Net of bench/peers in PyTorch, trained step by step on request.

usage: peer.py FOLDER THREADS, with the weights and the data that Program.cs has written; a number of steps per line of
standard input; answers with the last loss and the milliseconds of each step.
"""
import sys
import time

import numpy
import torch
from torch.nn import functional

import weights
from attention_unet import AttentionUNet

folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
network = AttentionUNet()
weights.load(network, f"{folder}/weights.dat")
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
