"""Trains a network of NAS-Bench-201 by the benchmark's recipe and attacks it, on CPU or GPU, for nassearch:

    nassearch --backend exec --command 'python train.py --data cifar10' --metric clean_acc --metric pgd_acc@8/255 ...

The images are split: a tenth of those for training are held out, and measured on. Test images are never looked at.
"""

import argparse
import math
import os

import images
import torch
from nassearch_trial import Failed, run
from network import Network
from torch.nn import functional


def options():
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True, help="folder with the binary files of CIFAR-10, or IDX files")
    p.add_argument("--channels", type=int, default=16)
    p.add_argument("--cells", type=int, default=5)
    p.add_argument("--epochs", type=int, default=200)
    p.add_argument("--batch", type=int, default=256)
    p.add_argument("--lr", type=float, default=0.1)
    p.add_argument("--train", type=int, help="the first images for training alone")
    p.add_argument("--samples", type=int, default=1000, help="images that are attacked, of those held out")
    p.add_argument("--steps", type=int, default=20, help="of PGD")
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--threads", type=int, default=1, help="on CPU; values depend on it")
    return p.parse_args()


class Data:
    """The images: shuffled once, the same for all trials, and a tenth held out."""

    def __init__(self, args):
        (x, y), _ = images.read(args.data)
        order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
        held = len(x) // 10
        self.val = x[order[:held]].to(args.device), y[order[:held]].to(args.device)
        rest = order[held:][: args.train]
        self.train = x[rest].to(args.device), y[rest].to(args.device)
        self.classes = int(y.max()) + 1
        pixels = self.train[0].transpose(0, 1).flatten(1)
        self.mean, self.std = pixels.mean(1).tolist(), pixels.std(1, correction=0).tolist()


def augmented(x, random):
    """Returns images that are flipped or not, and moved by up to 4 pixels, with zeros where nothing was."""
    n, side = len(x), x.shape[-1]
    flip = torch.rand(n, generator=random) < 0.5
    x = torch.where(flip.to(x.device).view(-1, 1, 1, 1), x.flip(3), x)
    x = functional.pad(x, (4, 4, 4, 4))
    rows, columns = torch.randint(0, 9, (2, n, 1), generator=random) + torch.arange(side)
    rows, columns = rows.to(x.device), columns.to(x.device)
    return x[torch.arange(n, device=x.device).view(-1, 1, 1), :, rows.unsqueeze(2), columns.unsqueeze(1)].permute(0, 3, 1, 2)


def train(network, data, args, trial, random):
    """Stochastic gradient descent with Nesterov momentum, and a cosine from the learning rate to 0. The state is kept in
    the trial's folder: an attempt that follows one that was preempted goes on there."""
    epochs = max(1, round(args.epochs * trial.fidelity))
    solver = torch.optim.SGD(network.parameters(), args.lr, momentum=0.9, nesterov=True, weight_decay=5e-4)
    x, y = data.train
    steps = math.ceil(len(x) / args.batch)
    kept, first = os.path.join(trial.folder, "state.pt"), 0
    if os.path.exists(kept):
        state = torch.load(kept, map_location=args.device)
        network.load_state_dict(state["network"])
        solver.load_state_dict(state["solver"])
        random.set_state(state["random"].cpu())
        first = state["epochs"]
    for epoch in range(first, epochs):
        network.train()
        order = torch.randperm(len(x), generator=random).to(x.device)
        for step in range(steps):
            done = (epoch * steps + step) / (epochs * steps)
            solver.param_groups[0]["lr"] = args.lr * (1 + math.cos(math.pi * done)) / 2
            batch = order[step * args.batch : (step + 1) * args.batch]
            loss = functional.cross_entropy(network(augmented(x[batch], random)), y[batch])
            solver.zero_grad()
            loss.backward()
            solver.step()
        if not math.isfinite(loss.item()):
            raise Failed(f"the loss of epoch {epoch + 1} is {loss.item()}", "not finite")
        trial.report(progress=(epoch + 1) / epochs, note=f"epoch {epoch + 1} of {epochs}", train_loss=round(loss.item(), 4))
        state = {"network": network.state_dict(), "solver": solver.state_dict(), "random": random.get_state()}
        torch.save({**state, "epochs": epoch + 1}, kept + ".part")
        os.replace(kept + ".part", kept)
    if os.path.exists(kept):
        os.remove(kept)
    return loss.item() if first < epochs else None


def right(network, x, y):
    with torch.no_grad():
        return torch.cat([network(part).argmax(1) for part in x.split(500)]) == y


def share(of):
    return int(of.sum()) / len(of)


def gradient(network, x, y):
    x = x.detach().requires_grad_(True)
    loss = functional.cross_entropy(network(x), y, reduction="sum")
    return torch.autograd.grad(loss, x)[0]


def fgsm(network, x, y, eps, random):
    """One step of eps along the sign of the gradient (Goodfellow et al., ICLR 2015)."""
    return (x + eps * gradient(network, x, y).sign()).clamp(0, 1)


def pgd(network, x, y, eps, random, steps=20):
    """Steps of 2.5 eps / steps, projected, from a random point (Madry et al., ICLR 2018)."""
    start = torch.rand(x.shape, generator=random).to(x.device) * 2 - 1
    at = (x + eps * start).clamp(0, 1)
    for _ in range(steps):
        at = at + 2.5 * eps / steps * gradient(network, at, y).sign()
        at = torch.max(torch.min(at, x + eps), x - eps).clamp(0, 1)
    return at.detach()


def attacked(network, data, metric, args, seed):
    """Returns the share of images that are right, and stay right under attack."""
    attack = {"fgsm_acc": fgsm, "pgd_acc": lambda *a: pgd(*a, steps=args.steps)}.get(metric.base)
    if attack is None or metric.norm != "Linf":
        raise Failed(f"train.py does not measure {metric.name}: want clean_acc, fgsm_acc or pgd_acc, at an eps such as 8/255")
    random = torch.Generator().manual_seed(seed)
    x, y = data.val[0][: args.samples], data.val[1][: args.samples]
    stays = right(network, x, y)
    for part in range(0, len(x), 500):
        images = slice(part, part + 500)
        stays[images] &= right(network, attack(network, x[images], y[images], metric.eps, random), y[images])
    return share(stays)


def measurer(args):
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.set_num_threads(args.threads)
    data = Data(args)

    def measure(trial):
        torch.manual_seed(trial.seed)  # of the weights
        network = Network(trial.edges, args.channels, args.cells, data.classes, data.mean, data.std).to(args.device)
        loss = train(network, data, args, trial, torch.Generator().manual_seed(trial.seed))
        network.eval().requires_grad_(False)
        values = {}
        for metric in trial.metrics:
            if metric.name == "clean_acc":
                values[metric.name] = share(right(network, *data.val))
            else:
                values[metric.name] = attacked(network, data, metric, args, trial.seed)
        return values, {"train_loss": loss, "device": args.device, "torch": torch.__version__}

    return measure


if __name__ == "__main__":
    run(measurer(options()))
