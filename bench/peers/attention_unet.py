"""Attention U-Net 3D with two gates per skip connection and deep supervision (arXiv 1804.03999)."""
import torch
from torch import nn
from torch.nn import functional

from blocks import Gates, resize, unit


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = unit(3, inputs, outputs)
        self.conv2 = unit(3, outputs, outputs)

    def forward(self, x):
        return self.conv2(self.conv1(x))


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
        self.gating.conv1 = unit(3, w[4], w[4], 1)
        self.attentionblock2, self.attentionblock3, self.attentionblock4 = [Gates(3, w[k], w[k + 1]) for k in (1, 2, 3)]
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
        sides = [resize(side(u), u1.shape[2:]) for side, u in ((self.dsv1, u1), (self.dsv2, u2), (self.dsv3, u3), (self.dsv4, u4))]
        return self.final(torch.cat(sides, 1))
