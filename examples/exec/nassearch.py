"""Search strategies for nassearch in Python: one file, which needs nothing but Python 3.8.

    from nassearch import serve

    def ask(study, random):
        return study.sample()[0]

    serve(ask)

nassearch starts such a program by --strategy exec --option command='python my.py' and asks it for one proposal after
the other. ask must answer from what it is given alone, and draw from the generator that it is given: then the same
seed gives the same search, however often it is stopped and continued. What it prints goes to the log of nassearch.
docs/any-language.md has the protocol.
"""

import json
import os
import random
import sys

PROTOCOL = 1


class Exhausted(Exception):
    """Raised by ask: there is nothing left to propose."""


class Parameter:
    """A place of an architecture, with the names of what can be there."""

    def __init__(self, told):
        self.name, self.choices = told["name"], told["choices"]


class Objective:
    """What is optimised: a name such as pgd_acc@8/255, and whether more is better."""

    def __init__(self, told):
        self.name, self.maximize = told["name"], told["goal"] == "max"


class Trial:
    """An architecture that was proposed: values is None while it is pending, and if it failed."""

    def __init__(self, told, parameters):
        self.number, self.arch, self.fidelity = told["trial"], told["arch"], told["fidelity"]
        self.arch_class = told["class"]  # the same text for all architectures that are one network
        chosen = told.get("choices", [])
        self.choices = [p.choices[i] for p, i in zip(parameters, chosen)]
        self.values, self.failed = told.get("values"), told.get("failed")
        self.duplicate_of = told.get("of")  # the number of the trial that answered this one, or None
        self.cost = told.get("cost")  # seconds on the clock of the search


class Study:
    """What is known when a proposal is asked for, and what the space can do."""

    def __init__(self, hello, channel):
        self._channel = channel
        space = hello["space"]
        self.space, self.classes_count = space["name"], space.get("classes")
        self.parameters = [Parameter(p) for p in space["parameters"]]
        self.answers = space["answers"]  # which of the methods below the space can do
        self.objectives = [Objective(o) for o in hello["objectives"]]
        self.fidelities = hello["fidelities"]  # that can be proposed; the last is 1, the full training
        self.seed, self.window, self.options = hello["seed"], hello["window"], hello["options"]
        self.number = 0  # of the trial that is asked for
        self.trials = []  # told, in the order of the clock of the search
        self.pending = []  # proposed and not told yet

    def sample(self, count=1):
        """Returns random architectures of the space."""
        return self._request("sample", count=count)

    def mutate(self, arch):
        """Returns an architecture that differs from one in one place."""
        return self._request("mutate", archs=[arch])[0]

    def cross(self, first, second):
        """Returns a child of two architectures."""
        return self._request("cross", archs=[first, second])[0]

    def neighbors(self, arch):
        """Returns all architectures that differ from one in one place."""
        return self._request("neighbors", archs=[arch])

    def compose(self, choices):
        """Returns the architecture with a choice for every parameter, by their names."""
        return self._request("compose", choices=_numbers(self.parameters, choices))[0]

    def arch_class(self, archs):
        """Returns for each what all architectures that are one network have in common; "" for one that is outside the
        space, or outside the part of it that is searched (--where)."""
        return self._request("class", archs=archs)

    def classes(self):
        """Returns one architecture of every class of the space."""
        return self._request("classes")

    def encode(self, archs):
        """Returns a vector of numbers for each architecture."""
        return self._request("encode", answer="vectors", archs=archs)

    def _request(self, kind, answer="archs", **what):
        self._channel.write({"type": kind, **what})
        told = self._channel.read()
        if told is None:
            raise SystemExit(0)
        return told[answer]


class _Channel:
    """The protocol's ends of standard input and output, which nothing else reads or writes: what is printed, by Python or
    by what it calls, goes to standard error."""

    def __init__(self):
        self._in = os.fdopen(os.dup(0), "r", encoding="utf-8", newline="\n")
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)

    def read(self):
        line = self._in.readline()
        return json.loads(line) if line else None

    def write(self, message):
        self._out.write(json.dumps(message) + "\n")
        self._out.flush()


_channel = _Channel()  # from the import on: what is imported later may print


def serve(ask, objectives="several"):
    """Answers nassearch until it has had enough. ask(study, random) returns an architecture: its text, or a list with the
    name of a choice for every parameter; a tuple of that and a fidelity proposes a shorter training. It may raise
    Exhausted. objectives="one" says that it takes no more than one."""
    channel = _channel
    hello = channel.read()
    if hello is None:
        return
    channel.write({"type": "ready", "protocol": PROTOCOL, "trials": "new", "objectives": objectives})
    study = Study(hello, channel)
    while True:
        question = channel.read()
        if question is None:
            return
        del study.trials[question["from"]:]
        study.trials += [Trial(t, study.parameters) for t in question["trials"]]
        study.pending = [Trial(t, study.parameters) for t in question["pending"]]
        study.number = question["trial"]
        answer = {"type": "propose", "trial": study.number}
        try:
            proposal = ask(study, random.Random(question["seed"]))
        except Exhausted:
            answer["type"] = "exhausted"
        else:
            if isinstance(proposal, tuple):
                if len(proposal) != 2 or not isinstance(proposal[1], (int, float)):
                    raise ValueError(f"ask returned {proposal!r}: want an architecture, or a tuple of one and a fidelity")
                proposal, answer["fidelity"] = proposal
            if isinstance(proposal, str):
                answer["arch"] = proposal
            else:
                answer["choices"] = _numbers(study.parameters, proposal)
        channel.write(answer)


def _numbers(parameters, choices):
    if not isinstance(choices, (list, tuple)) or len(choices) != len(parameters):
        raise ValueError(f"ask returned {choices!r}: want the text of an architecture, or a list of {len(parameters)} choices")
    for p, c in zip(parameters, choices):
        if c not in p.choices:
            raise ValueError(f"ask returned {c!r} for {p.name}: want one of {', '.join(p.choices)}")
    return [p.choices.index(c) for p, c in zip(parameters, choices)]


if sys.version_info < (3, 8):
    sys.exit("nassearch.py needs Python 3.8")
