"""A first prediction in plain PyTorch: starts, reads the weights, and gives the labels of one volume.

usage: first_prediction.py convert|run FOLDER, where wide.dat are the weights that the caller has written; "convert" makes a state
dictionary of PyTorch's own of them, which "run" reads.
"""
import os
import sys

import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
from attention_unet import AttentionUNet

action, folder = sys.argv[1:]
network = AttentionUNet(width=26)
if action == "convert":
    import weights

    weights.load(network, f"{folder}/wide.dat")
    torch.save(network.state_dict(), f"{folder}/wide.pt")
else:
    network.load_state_dict(torch.load(f"{folder}/wide.pt"))
    network.eval()
    with torch.no_grad():
        labels = network(torch.randn(1, 1, 32, 48, 48)).argmax(1)
    print("PyTorch", tuple(labels.shape))
