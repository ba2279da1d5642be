"""U-Net as nnU-Net builds it (https://doi.org/10.1038/s41592-020-01008-z), plain, without deep supervision."""
import torch
from torch import nn

from blocks import CONVOLUTION

INSTANCE_NORM = {2: nn.InstanceNorm2d, 3: nn.InstanceNorm3d}
TRANSPOSED = {2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}


class Unit(nn.Module):
    def __init__(self, dims, inputs, outputs, stride=1):
        super().__init__()
        self.conv = CONVOLUTION[dims](inputs, outputs, 3, stride, padding=1)
        self.norm = INSTANCE_NORM[dims](outputs, affine=True)
        self.relu = nn.LeakyReLU(0.01)

    def forward(self, x):
        return self.relu(self.norm(self.conv(x)))


class Units(nn.Module):
    def __init__(self, *units):
        super().__init__()
        self.convs = nn.Sequential(*units)

    def forward(self, x):
        return self.convs(x)


class UNet(nn.Module):
    def __init__(self, dims=3, channels=1, classes=3, width=32, depth=6, limit=320):
        super().__init__()
        w = [min(width << stage, limit) for stage in range(depth)]
        self.encoder, self.decoder = nn.Module(), nn.Module()
        self.encoder.stages = nn.ModuleList([nn.Sequential(Units(
            Unit(dims, channels if at == 0 else w[at - 1], w[at], 1 if at == 0 else 2), Unit(dims, w[at], w[at]))) for at in range(depth)])
        levels = range(depth - 2, -1, -1)
        self.decoder.transpconvs = nn.ModuleList([TRANSPOSED[dims](w[at + 1], w[at], 2, 2) for at in levels])
        self.decoder.stages = nn.ModuleList([Units(Unit(dims, 2 * w[at], w[at]), Unit(dims, w[at], w[at])) for at in levels])
        self.decoder.seg_layers = nn.ModuleList([nn.Identity() for _ in levels[:-1]] + [CONVOLUTION[dims](w[0], classes, 1)])

    def forward(self, x):
        skips = []
        for stage in self.encoder.stages:
            x = stage(x)
            skips.append(x)
        for up, stage, skip in zip(self.decoder.transpconvs, self.decoder.stages, skips[-2::-1]):
            x = stage(torch.cat([up(x), skip], 1))
        return self.decoder.seg_layers[-1](x)
