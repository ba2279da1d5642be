"""UNETR++ as published for Synapse (arXiv 2212.04497), for any patch."""
import torch
from torch import nn
from torch.nn import functional


class GroupNorm(nn.GroupNorm):
    """In float32, as autocast has it on GPUs; older PyTorch cannot mix types on processors."""

    def forward(self, x):
        return super().forward(x.float())


class Conv(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1, transposed=False):
        super().__init__()
        self.conv = (nn.ConvTranspose3d(inputs, outputs, kernel, stride, bias=False) if transposed
                     else nn.Conv3d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False))

    def forward(self, x):
        return self.conv(x)


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, norm):
        super().__init__()
        self.conv1, self.norm1 = Conv(inputs, outputs, 3), norm(outputs)
        self.conv2, self.norm2 = Conv(outputs, outputs, 3), norm(outputs)
        self.widens = inputs != outputs
        if self.widens:
            self.conv3, self.norm3 = Conv(inputs, outputs, 1), norm(outputs)

    def forward(self, x):
        y = functional.leaky_relu(self.norm1(self.conv1(x)), 0.01)
        y = self.norm2(self.conv2(y))
        return functional.leaky_relu(y + (self.norm3(self.conv3(x)) if self.widens else x), 0.01)


class PairedAttention(nn.Module):
    def __init__(self, tokens, channels, projected, heads, dropout):
        super().__init__()
        self.heads = heads
        self.temperature = nn.Parameter(torch.ones(heads, 1, 1))
        self.temperature2 = nn.Parameter(torch.ones(heads, 1, 1))
        self.qkvv = nn.Linear(channels, 4 * channels, bias=False)
        self.E = nn.Linear(tokens, projected)
        self.attn_drop = nn.Dropout(dropout)
        self.attn_drop_2 = nn.Dropout(dropout)
        self.out_proj = nn.Linear(channels, channels // 2)
        self.out_proj2 = nn.Linear(channels, channels // 2)

    def forward(self, x):
        batch, tokens, channels = x.shape
        parts = self.qkvv(x).reshape(batch, tokens, 4, self.heads, channels // self.heads).permute(2, 0, 3, 4, 1)
        query, key, by_channel, by_token = parts[0], parts[1], parts[2], parts[3]
        keys, values = self.E(key), self.E(by_token)
        query, key = functional.normalize(query, dim=-1), functional.normalize(key, dim=-1)
        weights = self.attn_drop((query @ key.transpose(-2, -1) * self.temperature).softmax(-1))
        of_channels = (weights @ by_channel).permute(0, 3, 1, 2).reshape(batch, tokens, channels)
        weights = self.attn_drop_2((query.permute(0, 1, 3, 2) @ keys * self.temperature2).softmax(-1))
        # As published, tokens and channels are laid out in another order here.
        of_tokens = (weights @ values.transpose(-2, -1)).permute(0, 3, 1, 2).reshape(batch, tokens, channels)
        return torch.cat((self.out_proj(of_tokens), self.out_proj2(of_channels)), -1)


class TransformerBlock(nn.Module):
    def __init__(self, tokens, channels, projected, heads, dropout):
        super().__init__()
        self.gamma = nn.Parameter(1e-6 * torch.ones(channels))
        self.pos_embed = nn.Parameter(torch.zeros(1, tokens, channels))
        self.norm = nn.LayerNorm(channels)
        self.epa_block = PairedAttention(tokens, channels, projected, heads, dropout)
        self.conv51 = ResidualBlock(channels, channels, nn.BatchNorm3d)
        self.conv8 = nn.Sequential(nn.Dropout3d(0.1), nn.Conv3d(channels, channels, 1))

    def forward(self, x):
        tokens = x.flatten(2).transpose(1, 2) + self.pos_embed
        tokens = tokens + self.gamma * self.epa_block(self.norm(tokens))
        attended = tokens.transpose(1, 2).reshape(x.shape)
        return attended + self.conv8(self.conv51(attended))


class Head(nn.Module):
    def __init__(self, inputs, classes):
        super().__init__()
        self.conv = nn.Module()
        self.conv.conv = nn.Conv3d(inputs, classes, 1)

    def forward(self, x):
        return self.conv.conv(x)


class UNETRPlusPlus(nn.Module):
    def __init__(self, channels=1, classes=14, size=(64, 128, 128), stem=(2, 4, 4), width=32, heads=4, blocks=3):
        super().__init__()
        widths = [width << stage for stage in range(4)]
        tokens = [size[0] * size[1] * size[2] // (stem[0] * stem[1] * stem[2]) >> 3 * stage for stage in range(4)]
        projected = [64, 64, 64, 32]

        def stage(at, dropout, into):
            return nn.Sequential(*[TransformerBlock(tokens[at], widths[at], into, heads, dropout) for _ in range(blocks)])

        self.unetr_pp_encoder = nn.Module()
        self.unetr_pp_encoder.downsample_layers = nn.ModuleList(
            [nn.Sequential(Down(channels, width, stem), GroupNorm(channels, width))]
            + [nn.Sequential(Down(widths[i], widths[i + 1], 2), GroupNorm(widths[i], widths[i + 1])) for i in range(3)])
        self.unetr_pp_encoder.stages = nn.ModuleList([stage(at, 0.15, projected[at]) for at in range(4)])
        instance = lambda features: nn.InstanceNorm3d(features)
        self.encoder1 = ResidualBlock(channels, width // 2, instance)
        for at in range(3):
            decoder = nn.Module()
            decoder.transp_conv = Conv(widths[at + 1], widths[at], 2, 2, transposed=True)
            decoder.decoder_block = nn.ModuleList([stage(at, 0.1, 64)])
            setattr(self, f"decoder{at + 3}", decoder)
        self.decoder2 = nn.Module()
        self.decoder2.transp_conv = Conv(width, width // 2, stem, stem, transposed=True)
        self.decoder2.decoder_block = nn.ModuleList([ResidualBlock(width // 2, width // 2, instance)])
        self.out1 = Head(width // 2, classes)

    def forward(self, x):
        skips, y = [], x
        for down, stage in zip(self.unetr_pp_encoder.downsample_layers, self.unetr_pp_encoder.stages):
            y = stage(down(y))
            skips.append(y)
        for decoder, skip in zip((self.decoder5, self.decoder4, self.decoder3), skips[-2::-1]):
            y = decoder.decoder_block[0](decoder.transp_conv(y) + skip)
        return self.out1(self.decoder2.decoder_block[0](self.decoder2.transp_conv(y) + self.encoder1(x)))


class Down(nn.Module):
    def __init__(self, inputs, outputs, step):
        super().__init__()
        self.conv = nn.Conv3d(inputs, outputs, step, step, bias=False)

    def forward(self, x):
        return self.conv(x)
