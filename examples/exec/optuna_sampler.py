"""A sampler of Optuna, as a strategy of nassearch:

    nassearch --strategy exec --option command='python3 examples/exec/optuna_sampler.py TPESampler'

The name is that of a sampler of optuna.samplers that takes a seed. Every proposal is asked of a study that is made anew
from the trials: what Optuna keeps between questions would let a search that is continued end elsewhere.
"""

import sys

import optuna
from nassearch import serve
from optuna.distributions import CategoricalDistribution
from optuna.trial import TrialState, create_trial

optuna.logging.set_verbosity(optuna.logging.WARNING)
sampler = getattr(optuna.samplers, sys.argv[1] if len(sys.argv) > 1 else "TPESampler")
known = []  # trials of Optuna, one for each that has been told


def convert(trial, space):
    states = {(True, False): TrialState.COMPLETE, (False, True): TrialState.FAIL, (False, False): TrialState.RUNNING}
    return create_trial(
        state=states[trial.values is not None, trial.failed is not None],
        params=dict(zip(space, trial.choices)), distributions=space, values=trial.values,
    )


def ask(study, random):
    space = {p.name: CategoricalDistribution(p.choices) for p in study.parameters}
    known.extend(convert(trial, space) for trial in study.trials[len(known):])
    of = optuna.create_study(
        directions=["maximize" if o.maximize else "minimize" for o in study.objectives],
        sampler=sampler(seed=random.getrandbits(32)),
    )
    of.add_trials(known + [convert(trial, space) for trial in study.pending])
    for _ in range(20):
        chosen = of.ask(space).params
        arch = study.compose([chosen[name] for name in space])
        if study.arch_class([arch])[0]:  # else it is outside what --where leaves
            return arch
    return study.sample()[0]


serve(ask)
