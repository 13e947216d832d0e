"""Measures networks for nassearch, in Python: one file, which needs nothing but Python 3.8.

    from nassearch_trial import run

    def measure(trial):
        network = build(trial.arch, seed=trial.seed)
        for epoch in range(10):
            ...
            trial.report(progress=epoch / 10, clean_acc=0.5)
        return {metric.name: accuracy(network, metric.eps) for metric in trial.metrics}

    run(measure)

nassearch starts such a program by --backend exec --command 'python my.py', once for every trial, or by --serve-command
'python my.py', once for all. measure returns a value for every metric that is asked for, or a tuple of that and a record
to be kept in the study. It should follow from trial alone: then the same seed gives the same search. What it prints goes
to the trial's log. It may raise Failed, and Preempted if others took the machine: then the trial is asked for again, with
the same folder. docs/any-trainer.md has the protocol.
"""

import json
import os
import sys
import traceback

PROTOCOL = 1
PREEMPTED = 75  # the exit code

CAUSES = ("not finite", "timeout", "memory", "no gradient", "other")


class Failed(Exception):
    """Raised by measure: the trial has no values. The cause is one of CAUSES."""

    def __init__(self, why, cause="other"):
        super().__init__(why)
        self.cause = cause


class Preempted(Exception):
    """Raised by measure: nothing is learnt of the trial, which is to be asked for again."""


class Metric:
    """What is asked for: name is that of its value, such as "pgd_acc@8/255", base what it is without a setting."""

    def __init__(self, told):
        self.name, self.base, self.maximize = told["name"], told["base"], told["goal"] == "max"
        self.norm = told.get("norm")  # of an attack: "Linf" or "L2", else None
        self.eps = told.get("eps_value")  # its size, with pixels in [0,1], or None
        self.eps_text = told.get("eps")
        self.severity = told.get("severity")  # of a corruption, or None
        self.setting = told.get("setting")


class Trial:
    """What is to be measured, and where."""

    def __init__(self, told, report):
        self.arch = told["arch"]
        self.arch_class = told["class"]  # the same text for all architectures that are one network
        self.index = told.get("index")
        self.edges = [tuple(e) for e in told.get("edges", [])]  # of a cell: (operation, from, to)
        self.choices = {c["parameter"]: c["choice"] for c in told.get("choices", [])}
        self.fidelity = told["fidelity"]  # share of the full training, 1 for all of it
        self.seed = told["seed"]  # 0 to 2**64 - 1
        self.metrics = [Metric(m) for m in told["metrics"]]
        self.attempt = told["attempt"]  # from 1; larger after Preempted
        self.worker = told["worker"]  # no other trial has the number at the same time
        self.slot = told.get("slot")
        self.folder = told["folder"]  # of the trial's own; the same in all attempts
        self._report = report

    def report(self, progress=None, note="", **values):
        """Shows how far the trial is: a share, a few words, values so far. It decides nothing."""
        self._report({"progress": progress, "note": note, "values": values})


def run(measure):
    """Measures the trial that nassearch has started the program for, or one after the other as it asks."""
    if "NASSEARCH_TRIAL" in os.environ:
        _once(measure)
    else:
        _serve(measure)


def _once(measure):
    path = os.environ["NASSEARCH_RESULT"]

    def report(what):
        with open(os.environ["NASSEARCH_REPORT"], "a", encoding="utf-8") as f:
            f.write(json.dumps(what) + "\n")

    try:
        result = _answer(measure, Trial(json.loads(os.environ["NASSEARCH_TRIAL"]), report))
    except Preempted:
        sys.exit(PREEMPTED)
    with open(path + ".part", "w", encoding="utf-8") as f:
        json.dump(result, f)
    os.replace(path + ".part", path)  # whole or not at all


def _serve(measure):
    channel = _Channel()
    while True:
        message = channel.read()
        if message is None:
            return
        if message["type"] == "hello":
            channel.write({"type": "ready", "protocol": PROTOCOL})
            continue
        trial = Trial(message, lambda what: channel.write({"type": "report", **what}))
        try:
            channel.write({"type": "result", **_answer(measure, trial)})
        except Preempted:
            channel.write({"type": "preempted"})


def _answer(measure, trial):
    """Returns what came of a trial. An error that nobody expected fails it, with its traceback in the log."""
    try:
        answer = measure(trial)
    except Preempted:
        raise
    except Failed as e:
        return {"failed": str(e), "cause": e.cause}
    except Exception as e:
        traceback.print_exc()
        room = isinstance(e, MemoryError) or type(e).__name__ == "OutOfMemoryError"  # that of torch, too
        why = str(e).strip().split("\n")[0]
        return {"failed": f"{type(e).__name__}: {why}", "cause": "memory" if room else "other"}
    values, record = answer if isinstance(answer, tuple) else (answer, None)
    values = {name: float(v) for name, v in values.items()}
    return {"values": values} if record is None else {"values": values, "record": record}


class _Channel:
    """The ends of standard input and output for messages, which nothing else reads or writes: what is printed, by Python
    or by what it calls, goes to standard error."""

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


if sys.version_info < (3, 8):
    sys.exit("nassearch_trial.py needs Python 3.8")
