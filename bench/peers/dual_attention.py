"""Multi-scale self-guided attention (arXiv 1906.02849) with a ResNet-18, and its position and channel attention alone."""
import torch
from torch import nn
from torch.nn import functional

from blocks import ChannelAttention, PositionAttention, resize


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        changes = stride != 1 or inputs != outputs
        self.downsample = nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)) if changes else nn.Identity()

    def forward(self, x):
        y = functional.relu(self.bn1(self.conv1(x)))
        return functional.relu(self.bn2(self.conv2(y)) + self.downsample(x))


class Encoder(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.layer0 = nn.Sequential(nn.Conv2d(channels, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        stages, inputs = [], width
        for at in range(4):
            outputs = width << at
            stages.append(nn.Sequential(BasicBlock(inputs, outputs, 2 if at else 1), BasicBlock(outputs, outputs, 1)))
            inputs = outputs
        self.layer1 = nn.Sequential(nn.MaxPool2d(3, 2, 1), stages[0])
        self.layer2, self.layer3, self.layer4 = stages[1:]

    def forward(self, x):
        x1 = self.layer1(self.layer0(x))
        x2 = self.layer2(x1)
        x3 = self.layer3(x2)
        return x1, x2, x3, self.layer4(x3)


class Branch(nn.Module):
    """The 7 layers of PAM_CAM_Layer."""

    def __init__(self, width, attention):
        super().__init__()
        self.attn = nn.Sequential(
            nn.Conv2d(2 * width, width, 3, padding=1), nn.BatchNorm2d(width), nn.PReLU(), attention,
            nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width), nn.PReLU())

    def forward(self, x):
        return self.attn(x)


class Code(nn.Module):
    def __init__(self, inputs, middle, outputs=None):
        super().__init__()
        layers = [nn.Conv2d(inputs, middle, 3, padding=1), nn.BatchNorm2d(middle), nn.ReLU(),
                  nn.Conv2d(middle, middle, 3, padding=1), nn.BatchNorm2d(middle), nn.ReLU()]
        if outputs is None:
            self.encode = nn.Sequential(*layers, nn.MaxPool2d(2))
        else:
            self.decode = nn.Sequential(*layers, nn.ConvTranspose2d(middle, outputs, 2, 2))

    def forward(self, x):
        return (self.encode if hasattr(self, "encode") else self.decode)(x)


class SemanticModule(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.enc1, self.enc2 = Code(channels, 2 * channels), Code(2 * channels, 4 * channels)
        self.dec2, self.dec1 = Code(4 * channels, 2 * channels, 2 * channels), Code(2 * channels, channels, channels)

    def forward(self, x):
        return self.dec1(self.dec2(self.enc2(self.enc1(x))))


class Fusion(nn.Module):
    def __init__(self, inputs, width):
        super().__init__()
        self.fuse_attn = nn.Sequential(
            nn.Conv2d(inputs, width, 3, padding=1), nn.BatchNorm2d(width), nn.PReLU(),
            nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width), nn.PReLU(),
            nn.Conv2d(width, width, 1), nn.BatchNorm2d(width), nn.PReLU())

    def forward(self, x):
        return self.fuse_attn(x)


class MultiScaleDualAttention(nn.Module):
    def __init__(self, channels=1, classes=5, width=64):
        super().__init__()
        self.resnext = Encoder(channels, width)
        self.fuse1 = Fusion(4 * width, width)
        for scale in range(1, 5):
            down = nn.Sequential(nn.Conv2d(width << scale - 1, width, 1), nn.BatchNorm2d(width), nn.PReLU())
            setattr(self, f"down{scale}", down)
            setattr(self, f"predict{scale}_2", nn.Conv2d(width, classes, 1))
            for stack, outputs in ((1, "conv8_"), (2, "conv8_1")):
                setattr(self, f"pam_attention_{stack}_{scale}", Branch(width, PositionAttention(width)))
                setattr(self, f"cam_attention_{stack}_{scale}", Branch(width, ChannelAttention()))
                setattr(self, f"conv_sem_{stack}_{5 - scale}", nn.Conv2d(2 * width, width, 3, padding=1))
                setattr(self, f"{outputs}{5 - scale}", nn.Conv2d(width, width, 1))
        self.semanticModule_1_1, self.semanticModule_2_1 = SemanticModule(2 * width), SemanticModule(2 * width)

    def attend(self, stack, scale, x):
        semantic = (self.semanticModule_1_1 if stack == 1 else self.semanticModule_2_1)(x)
        get = lambda name: getattr(self, name)
        attended = get(f"pam_attention_{stack}_{scale}")(x) + get(f"cam_attention_{stack}_{scale}")(x)
        outputs = get(f"{'conv8_' if stack == 1 else 'conv8_1'}{5 - scale}")
        return outputs(attended * get(f"conv_sem_{stack}_{5 - scale}")(semantic))

    def forward(self, x):
        encoded = self.resnext(x)
        size = encoded[0].shape[2:]
        features = [resize(getattr(self, f"down{scale + 1}")(encoded[scale]), size) for scale in range(4)]
        fused = self.fuse1(torch.cat(features[::-1], 1))
        predictions = []
        for scale, own in enumerate(features, 1):
            first = self.attend(1, scale, torch.cat([own, fused], 1))
            second = self.attend(2, scale, torch.cat([own, first * fused], 1))
            predictions.append(resize(getattr(self, f"predict{scale}_2")(second), x.shape[2:]))
        return sum(predictions) / 4


class AttentionLayers(nn.Module):
    """Position and channel attention of the same features, added."""

    def __init__(self, channels=64):
        super().__init__()
        self.positions, self.channels = PositionAttention(channels), ChannelAttention()

    def forward(self, x):
        return self.positions(x) + self.channels(x)
