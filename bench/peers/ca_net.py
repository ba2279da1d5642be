"""CA-Net (arXiv 2009.10549) with global pooling and fixed dropout layers, for sizes that 16 divides."""
import torch
from torch import nn
from torch.nn import functional

from blocks import Gates, resize


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU())

    def forward(self, x):
        return self.conv(x)


class NonLocal(nn.Module):
    def __init__(self, channels, inner):
        super().__init__()
        self.theta = nn.Conv2d(channels, inner, 1)
        self.phi = nn.Sequential(nn.Conv2d(channels, inner, 1), nn.MaxPool2d(2))
        self.g = nn.Sequential(nn.Conv2d(channels, inner, 1), nn.MaxPool2d(2))
        self.W = nn.Sequential(nn.Conv2d(inner, channels, 1), nn.BatchNorm2d(channels))

    def forward(self, x):
        weights = torch.softmax(self.theta(x).flatten(2).transpose(1, 2) @ self.phi(x).flatten(2), -1)
        gathered = weights @ self.g(x).flatten(2).transpose(1, 2)
        return self.W(gathered.transpose(1, 2).reshape(x.shape[0], -1, *x.shape[2:])) + x


class ChannelWeightedBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, 2 * outputs, 3, padding=1, bias=False), nn.BatchNorm2d(2 * outputs)
        self.conv3, self.bn3 = nn.Conv2d(2 * outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs)
        self.fc1, self.fc2 = nn.Linear(2 * outputs, outputs // 2), nn.Linear(outputs // 2, 2 * outputs)
        self.downchannel = nn.Sequential(nn.Conv2d(inputs, 2 * outputs, 1, bias=False), nn.BatchNorm2d(2 * outputs))

    def weigh(self, pooled):
        return torch.sigmoid(self.fc2(functional.relu(self.fc1(pooled.flatten(1)))))[:, :, None, None]

    def forward(self, x):
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        average, largest = self.weigh(functional.adaptive_avg_pool2d(y, 1)), self.weigh(functional.adaptive_max_pool2d(y, 1))
        y = functional.relu(y * average + y * largest + self.downchannel(x))
        return functional.relu(self.bn3(self.conv3(y)))


class ConvNorm(nn.Module):
    def __init__(self, inputs, outputs, kernel, norm):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False)
        if norm:
            self.bn = nn.BatchNorm2d(outputs, momentum=0.01)

    def forward(self, x):
        return functional.relu(self.bn(self.conv(x)) if hasattr(self, "bn") else self.conv(x))


class ScaleAttention(nn.Module):
    def __init__(self, scales=4, channels=4):
        super().__init__()
        self.scales, self.channels = scales, channels
        width = scales * channels
        self.cbam = nn.Module()
        self.cbam.ChannelGate, self.cbam.SpatialGate = nn.Module(), nn.Module()
        self.cbam.ChannelGate.mlp = nn.Sequential(nn.Flatten(), nn.Linear(width, scales), nn.ReLU(), nn.Linear(scales, width))
        self.cbam.SpatialGate.conv1 = ConvNorm(width, scales, 3, norm=True)
        self.cbam.SpatialGate.conv2 = ConvNorm(scales, scales, 1, norm=False)
        self.conv3, self.bn3 = nn.Conv2d(width, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)

    def forward(self, x):
        mlp = self.cbam.ChannelGate.mlp
        total = mlp(functional.adaptive_avg_pool2d(x, 1)) + mlp(functional.adaptive_max_pool2d(x, 1))
        scale = torch.sigmoid(total.view(-1, self.scales, self.channels).mean(2))
        weighted = x * scale.repeat_interleave(self.channels, 1)[:, :, None, None]
        maps = torch.sigmoid(self.cbam.SpatialGate.conv2(self.cbam.SpatialGate.conv1(weighted)))
        y = functional.relu(weighted * maps.repeat_interleave(self.channels, 1) + weighted + x)
        return functional.relu(self.bn3(self.conv3(y)))


class Side(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.dsv = nn.Sequential(nn.Conv2d(inputs, 4, 1))

    def forward(self, x):
        return self.dsv(x)


class CANet(nn.Module):
    def __init__(self, channels=3, classes=2):
        super().__init__()
        w = [16 << level for level in range(5)]
        self.conv1, self.conv2, self.conv3, self.conv4 = [Block(i, o) for i, o in zip([channels] + w, w[:4])]
        self.center = Block(w[3], w[4])
        self.nonlocal4_2 = NonLocal(w[4], w[4] // 4)
        self.attentionblock2, self.attentionblock3 = [Gates(2, w[k], w[k + 1], step=1, bias=True) for k in (1, 2)]
        for level in range(4):
            joined = nn.Module()
            joined.up = nn.ConvTranspose2d(w[level + 1], w[level], 2, 2)
            setattr(self, f"up_concat{level + 1}", joined)
            setattr(self, f"up{level + 1}", ChannelWeightedBlock(w[level + 1], w[level]))
        self.dsv1 = nn.Conv2d(w[0], 4, 1)
        self.dsv2, self.dsv3, self.dsv4 = [Side(w[k]) for k in (1, 2, 3)]
        self.scale_att = ScaleAttention()
        self.final = nn.Sequential(nn.Conv2d(4, classes, 1))
        self.dropout = nn.Dropout2d(0.5)

    def forward(self, x):
        pool = lambda y: functional.max_pool2d(y, 2)
        x1 = self.conv1(x)
        x2 = self.conv2(pool(x1))
        x3 = self.conv3(pool(x2))
        x4 = self.dropout(self.conv4(pool(x3)))
        bottom = self.dropout(self.center(pool(x4)))
        u4 = self.dropout(self.up4(self.nonlocal4_2(torch.cat([x4, self.up_concat4.up(bottom)], 1))))
        u3 = self.up3(torch.cat([self.attentionblock3(x3, u4), self.up_concat3.up(u4)], 1))
        u2 = self.up2(torch.cat([self.attentionblock2(x2, u3), self.up_concat2.up(u3)], 1))
        u1 = self.up1(torch.cat([x1, self.up_concat1.up(u2)], 1))
        sides = [resize(side(u), x.shape[2:]) for side, u in ((self.dsv1, u1), (self.dsv2, u2), (self.dsv3, u3), (self.dsv4, u4))]
        return self.final(self.scale_att(torch.cat(sides, 1)))
