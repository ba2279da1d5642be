"""The gated axial attention U-Net of Medical Transformer (arXiv 2102.10662)."""
import torch
from torch import nn
from torch.nn import functional


class AxialAttention(nn.Module):
    def __init__(self, channels, length, groups, along_width, stride=1):
        super().__init__()
        self.channels, self.length, self.groups, self.along_width, self.stride = channels, length, groups, along_width, stride
        each = channels // groups
        self.f_qr, self.f_kr, self.f_sve, self.f_sv = [
            nn.Parameter(torch.tensor(value), requires_grad=False) for value in (0.1, 0.1, 0.1, 1.0)]
        self.relative = nn.Parameter(torch.randn(2 * each, 2 * length - 1))
        query, key = torch.arange(length)[:, None], torch.arange(length)[None, :]
        self.register_buffer("flatten_index", (query - key + length - 1).reshape(-1))
        self.qkv_transform = nn.Conv1d(channels, 2 * channels, 1, bias=False)
        self.bn_qkv = nn.BatchNorm1d(2 * channels)
        self.bn_similarity = nn.BatchNorm2d(3 * groups)
        self.bn_output = nn.BatchNorm1d(2 * channels)

    def forward(self, x):
        x = x.permute(0, 2, 1, 3) if self.along_width else x.permute(0, 3, 1, 2)
        batch, lines, channels, length = x.shape
        each = channels // self.groups
        qkv = self.bn_qkv(self.qkv_transform(x.reshape(batch * lines, channels, length)))
        query, key, value = qkv.reshape(batch * lines, self.groups, 2 * each, length).split([each // 2, each // 2, each], 2)
        table = self.relative.index_select(1, self.flatten_index).view(2 * each, length, length)
        of_query, of_key, of_value = table.split([each // 2, each // 2, each], 0)
        by_query = torch.einsum("bgci,cij->bgij", query, of_query) * self.f_qr
        by_key = torch.einsum("bgci,cij->bgij", key, of_key).transpose(2, 3) * self.f_kr
        content = torch.einsum("bgci,bgcj->bgij", query, key)
        scores = self.bn_similarity(torch.cat([content, by_query, by_key], 1))
        similarity = scores.view(batch * lines, 3, self.groups, length, length).sum(1).softmax(3)
        from_values = torch.einsum("bgij,bgcj->bgci", similarity, value) * self.f_sv
        from_positions = torch.einsum("bgij,cij->bgci", similarity, of_value) * self.f_sve
        output = self.bn_output(torch.cat([from_values, from_positions], -1).view(batch * lines, 2 * channels, length))
        output = output.view(batch, lines, channels, 2, length).sum(-2)
        output = output.permute(0, 2, 1, 3) if self.along_width else output.permute(0, 2, 3, 1)
        return functional.avg_pool2d(output, self.stride) if self.stride > 1 else output


class Block(nn.Module):
    def __init__(self, inputs, planes, length, groups, stride=1):
        super().__init__()
        self.conv_down = nn.Conv2d(inputs, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.hight_block = AxialAttention(planes, length, groups, along_width=False)
        self.width_block = AxialAttention(planes, length, groups, along_width=True, stride=stride)
        self.conv_up = nn.Conv2d(planes, 2 * planes, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(2 * planes)
        changes = stride != 1 or inputs != 2 * planes
        self.downsample = nn.Sequential(
            nn.Conv2d(inputs, 2 * planes, 1, stride, bias=False), nn.BatchNorm2d(2 * planes)) if changes else nn.Identity()

    def forward(self, x):
        features = functional.relu(self.bn1(self.conv_down(x)))
        features = functional.relu(self.width_block(self.hight_block(features)))
        return functional.relu(self.bn2(self.conv_up(features)) + self.downsample(x))


class GatedAxialUNet(nn.Module):
    def __init__(self, channels=3, classes=2, size=128, groups=8):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 8, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 128, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(128)
        self.conv3 = nn.Conv2d(128, 8, 3, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(8)
        side, inputs = size // 2, 8
        for stage, blocks in enumerate([1, 2, 4, 1]):
            planes, stride = 16 << stage, 1 if stage == 0 else 2
            layers = [Block(inputs, planes, side, groups, stride)]
            side //= stride
            layers += [Block(2 * planes, planes, side, groups) for _ in range(blocks - 1)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
            inputs = 2 * planes
        self.decoder1 = nn.Conv2d(256, 256, 3, 2, 1)
        self.decoder2, self.decoder3, self.decoder4, self.decoder5 = [nn.Conv2d(w, w // 2, 3, padding=1) for w in (256, 128, 64, 32)]
        self.adjust = nn.Conv2d(16, classes, 1)

    def forward(self, x):
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)))
        x = functional.relu(self.bn3(self.conv3(x)))
        x1 = self.layer1(x)
        x2 = self.layer2(x1)
        x3 = self.layer3(x2)
        x4 = self.layer4(x3)
        enlarge = lambda decoder, y: functional.relu(
            functional.interpolate(decoder(y), scale_factor=2, mode="bilinear", align_corners=False))
        y = enlarge(self.decoder1, x4) + x4
        y = enlarge(self.decoder2, y) + x3
        y = enlarge(self.decoder3, y) + x2
        y = enlarge(self.decoder4, y) + x1
        return self.adjust(enlarge(self.decoder5, y))
