"""Networks in PyTorch that do on request what this library's networks do.

usage: peer.py FOLDER, where case.json says which network, and the weights and data lie that the caller has written.
Requests are lines of standard input: "forward N", "train N", "verify N" and "logits PATH"; each is answered by a line.
"""
import contextlib
import json
import sys
import time

import numpy
import torch
from torch.nn import functional

import weights
from attention_unet import AttentionUNet
from ca_net import CANet
from dual_attention import AttentionLayers, MultiScaleDualAttention
from gated_axial import GatedAxialUNet
from trans_att_unet import TransAttUNet
from unet import UNet
from unetr_plus_plus import UNETRPlusPlus

NETWORKS = {network.__name__: network for network in (
    AttentionLayers, AttentionUNet, CANet, GatedAxialUNet, MultiScaleDualAttention, TransAttUNet, UNet, UNETRPlusPlus)}

folder = sys.argv[1]
case = json.load(open(f"{folder}/case.json"))
torch.set_num_threads(case["threads"])
torch.manual_seed(0)
device = torch.device(case["device"])
network = NETWORKS[case["network"]](**case["arguments"])
weights.load(network, f"{folder}/weights.dat")
network.to(device)
image = torch.from_numpy(numpy.fromfile(f"{folder}/image.bin", numpy.float32)).reshape(case["image"]).to(device)
labels = torch.from_numpy(numpy.fromfile(f"{folder}/labels.bin", numpy.int64)).reshape([case["image"][0]] + case["image"][2:]).to(device)
optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2)


def precision():
    return torch.autocast(device.type, dtype=torch.bfloat16) if case["precision"] == "bfloat16" else contextlib.nullcontext()


def loss_of(logits):
    if logits.shape[1] == 1:
        return functional.binary_cross_entropy_with_logits(logits.float(), labels.unsqueeze(1).float())
    return functional.cross_entropy(logits.float(), labels)


def forward():
    with torch.no_grad(), precision():
        logits = network(image)
    if device.type == "cuda":
        torch.cuda.synchronize()
    return logits


def step():
    optimizer.zero_grad()
    with precision():
        logits = network(image)
    loss = loss_of(logits)
    loss.backward()
    optimizer.step()
    return loss.item()


def repeat(count, act):
    times, last = [], None
    for _ in range(count):
        start = time.perf_counter()
        last = act()
        times.append(1000 * (time.perf_counter() - start))
    return last, times


print(torch.__version__, flush=True)
for line in sys.stdin:
    request, argument = line.split(maxsplit=1)
    network.train(request == "train")
    if request == "forward":
        print(0, *repeat(int(argument), forward)[1], flush=True)
    elif request in ("train", "verify"):
        last, times = repeat(int(argument), step)
        optimizer.zero_grad()
        print(last, *times, flush=True)
    elif request == "logits":
        forward().float().cpu().numpy().tofile(argument.strip())
        print("done", flush=True)
