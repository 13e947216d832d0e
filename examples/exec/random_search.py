"""Random search without repetition, as a strategy of nassearch in Python:

    nassearch --strategy exec --option command='python3 examples/exec/random_search.py'
"""

from nassearch import serve


def ask(study, random):
    known = {trial.arch_class for trial in study.trials + study.pending}
    archs = study.sample(20)
    fresh = [arch for arch, of in zip(archs, study.arch_class(archs)) if of not in known]
    return random.choice(fresh or archs)


serve(ask)
