"""Reads images as tensors with pixels in [0,1]: the binary files of CIFAR, and IDX files as MNIST has them, which
'nassearch dataset reduce' writes."""

import gzip
from pathlib import Path

import torch


def read(path):
    """Returns (images, labels) for training and for testing, of a folder."""
    folder = Path(path)
    if any(folder.glob("data_batch_*.bin")):
        train = [_cifar(f, 1) for f in sorted(folder.glob("data_batch_*.bin"))]
        return _joined(train), _cifar(folder / "test_batch.bin", 1)
    if (folder / "train.bin").exists():
        return _cifar(folder / "train.bin", 2), _cifar(folder / "test.bin", 2)
    if any(folder.glob("train-images*")):
        return _idx_pair(folder, "train"), _idx_pair(folder, "t10k")
    raise ValueError(f"{path}: want the binary files of CIFAR-10 or CIFAR-100, or IDX files, train-images-... and t10k-...")


def _joined(parts):
    return torch.cat([images for images, _ in parts]), torch.cat([labels for _, labels in parts])


def _cifar(path, labels):
    """Reads rows of one label (CIFAR-10) or two (CIFAR-100, of which the second counts) and 3x32x32 bytes."""
    rows = torch.frombuffer(bytearray(path.read_bytes()), dtype=torch.uint8).view(-1, labels + 3 * 32 * 32)
    return rows[:, labels:].reshape(-1, 3, 32, 32).float() / 255, rows[:, labels - 1].long()


def _idx_pair(folder, part):
    images = _idx(next(iter(sorted(folder.glob(part + "-images*")))))
    labels = _idx(next(iter(sorted(folder.glob(part + "-labels*")))))
    if images.dim() == 3:
        images = images.unsqueeze(1)
    return images.float() / 255, labels.long()


def _idx(path):
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: want an IDX file of bytes")
    shape = [int.from_bytes(content[4 + 4 * i : 8 + 4 * i], "big") for i in range(content[3])]
    return torch.frombuffer(bytearray(content[4 + 4 * len(shape) :]), dtype=torch.uint8).view(shape)
