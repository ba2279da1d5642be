"""Layers that several peers share."""
import torch
from torch import nn
from torch.nn import functional

CONVOLUTION = {2: nn.Conv2d, 3: nn.Conv3d}
NORM = {2: nn.BatchNorm2d, 3: nn.BatchNorm3d}
LINEAR_MODE = {2: "bilinear", 3: "trilinear"}


def convolution(dims, inputs, outputs, kernel=3, stride=1, bias=True, groups=1):
    return CONVOLUTION[dims](inputs, outputs, kernel, stride, padding=kernel // 2, bias=bias, groups=groups)


def unit(dims, inputs, outputs, kernel=3, **options):
    return nn.Sequential(convolution(dims, inputs, outputs, kernel, **options), NORM[dims](outputs), nn.ReLU())


def resize(x, size, align_corners=False):
    """To a size, linearly."""
    size = tuple(size)
    return x if tuple(x.shape[2:]) == size else functional.interpolate(
        x, size=size, mode=LINEAR_MODE[len(size)], align_corners=align_corners)


class Gate(nn.Module):
    """The attention gate of Attention U-Net; step is the stride of theta."""

    def __init__(self, dims, channels, gating, step=2, bias=False):
        super().__init__()
        self.theta = CONVOLUTION[dims](channels, channels, step, stride=step, bias=bias)
        self.phi = CONVOLUTION[dims](gating, channels, 1)
        self.psi = CONVOLUTION[dims](channels, 1, 1)
        self.W = nn.Sequential(CONVOLUTION[dims](channels, channels, 1), NORM[dims](channels))

    def forward(self, x, signal):
        query = self.theta(x)
        relevance = torch.sigmoid(self.psi(functional.relu(query + resize(self.phi(signal), query.shape[2:]))))
        return self.W(x * resize(relevance, x.shape[2:]))


class Gates(nn.Module):
    """Two gates side by side."""

    def __init__(self, dims, channels, gating, **options):
        super().__init__()
        self.gate_block_1 = Gate(dims, channels, gating, **options)
        self.gate_block_2 = Gate(dims, channels, gating, **options)
        self.combine_gates = unit(dims, 2 * channels, channels, 1)

    def forward(self, x, signal):
        return self.combine_gates(torch.cat([self.gate_block_1(x, signal), self.gate_block_2(x, signal)], 1))


class PositionAttention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.query_conv = nn.Conv2d(channels, channels // 8, 1)
        self.key_conv = nn.Conv2d(channels, channels // 8, 1)
        self.value_conv = nn.Conv2d(channels, channels, 1)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        query = self.query_conv(x).flatten(2).transpose(1, 2)
        weights = torch.softmax(torch.bmm(query, self.key_conv(x).flatten(2)), -1)
        gathered = torch.bmm(self.value_conv(x).flatten(2), weights.transpose(1, 2))
        return self.gamma * gathered.view_as(x) + x


class ChannelAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        rows = x.flatten(2)
        likeness = torch.bmm(rows, rows.transpose(1, 2))
        weights = torch.softmax(likeness.max(-1, keepdim=True)[0].expand_as(likeness) - likeness, -1)
        return self.gamma * torch.bmm(weights, rows).view_as(x) + x
