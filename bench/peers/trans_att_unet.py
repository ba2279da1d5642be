"""TransAttUnet, the residual form as its authors' code has it (arXiv 2107.05274)."""
import torch
from torch import nn
from torch.nn import functional

from blocks import PositionAttention, resize


class DoubleConv(nn.Module):
    def __init__(self, inputs, outputs, middle=None):
        super().__init__()
        middle = middle or outputs
        self.double_conv = nn.Sequential(
            nn.Conv2d(inputs, middle, 3, padding=1), nn.BatchNorm2d(middle), nn.ReLU(),
            nn.Conv2d(middle, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU())

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(inputs, outputs))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = DoubleConv(inputs, outputs, inputs // 2)

    def forward(self, x, skip):
        return self.conv(torch.cat([skip, resize(x, skip.shape[2:], align_corners=True)], 1))


class Positions(nn.Module):
    def __init__(self, places=32, channels=256):
        super().__init__()
        self.row_embed, self.col_embed = nn.Embedding(places, channels), nn.Embedding(places, channels)

    def forward(self, x):
        height, width = x.shape[2:]
        columns = self.col_embed.weight[:width].t()[None, :, None, :].expand(1, -1, height, width)
        rows = self.row_embed.weight[:height].t()[None, :, :, None].expand(1, -1, height, width)
        return torch.cat([columns, rows], 1)


class TransAttUNet(nn.Module):
    def __init__(self, channels=3, classes=1):
        super().__init__()
        self.inc = DoubleConv(channels, 64)
        self.down1, self.down2, self.down3, self.down4 = Down(64, 128), Down(128, 256), Down(256, 512), Down(512, 512)
        self.up1, self.up2, self.up3, self.up4 = Up(1024, 256), Up(1024, 128), Up(512, 64), Up(256, 64)
        self.pos = Positions()
        self.pam = PositionAttention(512)
        self.dropout = nn.Dropout(0.1)
        self.outc = nn.Module()
        self.outc.conv = nn.Conv2d(128, classes, 1)

    def forward(self, x):
        x1 = self.inc(x)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        x4 = self.down3(x3)
        x5 = self.down4(x4)
        rows = (x5 + self.pos(x5)).flatten(2)
        weights = torch.softmax(torch.bmm(rows / 512 ** 0.5, rows.transpose(1, 2)), -1)
        below = torch.bmm(self.dropout(weights), rows).view_as(x5) + self.pam(x5)
        carried = below
        for up, skip in ((self.up1, x4), (self.up2, x3), (self.up3, x2), (self.up4, x1)):
            decoded = up(carried, skip)
            carried, below = torch.cat([resize(below, skip.shape[2:], align_corners=True), decoded], 1), decoded
        return self.outc.conv(carried)
