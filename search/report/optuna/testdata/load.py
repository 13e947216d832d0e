# Loads the only study of a journal with optuna and prints what optuna makes of it.
import json
import sys

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

optuna.logging.set_verbosity(optuna.logging.ERROR)
storage = JournalStorage(JournalFileBackend(sys.argv[1]))
(name,) = optuna.get_all_study_names(storage=storage)
study = optuna.load_study(study_name=name, storage=storage)
print(json.dumps({
    "name": study.study_name,
    "directions": [d.name for d in study.directions],
    "metric_names": study.metric_names,
    "attrs": study.user_attrs,
    "trials": [{
        "number": t.number,
        "state": t.state.name,
        "values": t.values,
        "params": t.params,
        "choices": {name: list(d.choices) for name, d in t.distributions.items()},
        "attrs": t.user_attrs,
        "duration": t.duration.total_seconds(),
    } for t in study.trials],
}))
