"""Core time of PyTorch for the steps that `go test ./trainer -run '^$' -bench Step` measures: python3 pytorch_step.py

Needs torch. Prints core milliseconds, the least of several, of a training step, an attack gradient and a prediction, in
both memory formats, on one thread and on two. Other programs take caches: run it in turn with the Go benchmark and
compare the least of each.
"""
import time

import torch
from torch import nn

NETS = [(4, 1, 8, 32), (8, 1, 16, 64), (16, 1, 32, 64), (16, 5, 32, 128)]  # C, N, side, batch
FORMATS = {"channels last": torch.channels_last, "contiguous": torch.contiguous_format}


def conv(inputs, outputs, k, stride=1):
    return nn.Sequential(nn.ReLU(), nn.Conv2d(inputs, outputs, k, stride, k // 2, bias=False), nn.BatchNorm2d(outputs))


class Cell(nn.Module):
    """|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_1x1~1|nor_conv_3x3~2|"""

    def __init__(self, c):
        super().__init__()
        self.a, self.b, self.c = conv(c, c, 3), conv(c, c, 3), conv(c, c, 3)
        self.d, self.e = conv(c, c, 1), conv(c, c, 3)

    def forward(self, x):
        one = self.a(x)
        two = self.b(x) + self.c(one)
        return x + self.d(one) + self.e(two)


class Reduction(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a, self.b = conv(c, 2 * c, 3, 2), conv(2 * c, 2 * c, 3)
        self.shortcut = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(c, 2 * c, 1, bias=False))

    def forward(self, x):
        return self.b(self.a(x)) + self.shortcut(x)


def network(c, depth):
    layers = [nn.Conv2d(3, c, 3, 1, 1, bias=False), nn.BatchNorm2d(c)]
    for stage in range(3):
        if stage:
            layers.append(Reduction(c))
            c *= 2
        layers += [Cell(c) for _ in range(depth)]
    layers += [nn.BatchNorm2d(c), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 10)]
    return nn.Sequential(*layers)


def least(step, seconds=5.0):
    step()
    best, end = float("inf"), time.time() + seconds
    while time.time() < end:
        before = time.process_time()
        step()
        best = min(best, time.process_time() - before)
    return 1e3 * best


def measure(c, depth, side, batch, layout):
    net = network(c, depth).to(memory_format=layout)
    x = torch.rand(batch, 3, side, side).to(memory_format=layout)
    y = torch.randint(10, (batch,))
    loss = nn.CrossEntropyLoss()
    solver = torch.optim.SGD(net.parameters(), 1e-3, momentum=0.9, weight_decay=5e-4, nesterov=True)

    def train():
        solver.zero_grad()
        loss(net(x), y).backward()
        solver.step()

    net.train()
    times = [least(train)]
    net.eval()
    for p in net.parameters():
        p.requires_grad_(False)
    pixels = x.clone().requires_grad_()
    times.append(least(lambda: torch.autograd.grad(loss(net(pixels), y), pixels)))
    with torch.no_grad():
        times.append(least(lambda: net(x)))
    return times


if __name__ == "__main__":
    print("torch", torch.__version__)
    for threads in (1, 2):
        torch.set_num_threads(threads)
        for net in NETS:
            for name, layout in FORMATS.items():
                train, attack, predict = measure(*net, layout)
                print("C=%d N=%d %dx%d batch=%d" % (net[0], net[1], net[2], net[2], net[3]), "threads=%d" % threads,
                      name, "core ms: training %.2f, attack %.2f, prediction %.2f" % (train, attack, predict))
