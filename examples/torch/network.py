"""The network of NAS-Bench-201 (Dong and Yang, ICLR 2020) for any cell, with the benchmark's parameter names. What
'nassearch train --save' writes loads into it:

    network = load("weights.safetensors")
    logits = network(images)  # (batch, channels, side, side), pixels in [0,1]
"""

import json
import struct

import torch
from torch import nn


class ReLUConvBN(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__()
        self.op = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outputs),
        )

    def forward(self, x):
        return self.op(x)


class Zero(nn.Module):
    def forward(self, x):
        return torch.zeros_like(x)


OPERATIONS = {
    "none": lambda c: Zero(),
    "skip_connect": lambda c: nn.Identity(),
    "nor_conv_1x1": lambda c: ReLUConvBN(c, c, 1),
    "nor_conv_3x3": lambda c: ReLUConvBN(c, c, 3),
    "avg_pool_3x3": lambda c: nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False),
}


def edges_of(arch):
    """Returns the edges (operation, from, to) of a cell's text, such as |nor_conv_3x3~0|+|none~0|...|."""
    edges = []
    for to, node in enumerate(arch.split("+"), start=1):
        for edge in node.strip("|").split("|"):
            op, source = edge.split("~")
            edges.append((op, int(source), to))
    return edges


class Cell(nn.Module):
    def __init__(self, edges, channels):
        super().__init__()
        self.ends = [(source, to) for _, source, to in edges]
        self.layers = nn.ModuleList(OPERATIONS[op](channels) for op, _, _ in edges)

    def forward(self, x):
        nodes = {0: x}
        for (source, to), layer in zip(self.ends, self.layers):
            y = layer(nodes[source])
            nodes[to] = nodes[to] + y if to in nodes else y
        return nodes[max(nodes)]


class Reduction(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.conv_a = ReLUConvBN(inputs, 2 * inputs, 3, stride=2)
        self.conv_b = ReLUConvBN(2 * inputs, 2 * inputs, 3)
        self.downsample = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(inputs, 2 * inputs, 1, bias=False))

    def forward(self, x):
        return self.downsample(x) + self.conv_b(self.conv_a(x))


class Network(nn.Module):
    """Three stages of cells. The first thing that it does is to subtract mean and divide by std, one each a channel of
    images."""

    def __init__(self, edges, channels=16, cells=5, classes=10, mean=(0.5,) * 3, std=(0.25,) * 3):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(1, -1, 1, 1), persistent=False)
        self.stem = nn.Sequential(nn.Conv2d(len(mean), channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels))
        layers = []
        for stage in range(3):
            if stage > 0:
                layers.append(Reduction(channels))
                channels *= 2
            layers += [Cell(edges, channels) for _ in range(cells)]
        self.cells = nn.ModuleList(layers)
        self.lastact = nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU())
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.stem((x - self.mean) / self.std)
        for cell in self.cells:
            x = cell(x)
        return self.classifier(self.lastact(x).mean((2, 3)))


def read_safetensors(path):
    """Returns the tensors of a file by name, and its metadata. They are of float32, as nassearch writes them."""
    with open(path, "rb") as f:
        content = f.read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, about in header.items():
        if about["dtype"] != "F32":
            raise ValueError(f"{path}: tensor {name} is of {about['dtype']}: want F32")
        start, end = about["data_offsets"]
        data = bytearray(content[8 + length + start : 8 + length + end])
        tensors[name] = torch.frombuffer(data, dtype=torch.float32).view(about["shape"])
    return tensors, metadata


def load(path):
    """Returns the network of a file of 'nassearch train --save' with its weights, in evaluation mode."""
    tensors, metadata = read_safetensors(path)
    about = json.loads(metadata["nassearch"])
    inputs = about["inputs"]
    mean, std = about.get("mean", [0.0] * inputs), about.get("std", [1.0] * inputs)
    network = Network(edges_of(about["arch"]), about["channels"], about["cells"], about["classes"], mean, std)
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(f"{path}: it lacks {missing}, and has besides {unexpected}")
    return network.eval()
