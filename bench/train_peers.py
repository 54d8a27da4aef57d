"""One fit of one library, the first of its process, for bench/train.mjs. Prints a JSON line, or nothing when the library is absent.

Arguments: library, folder with `train` and `test`, task, rows, threads.
"""

import json
import os
import resource
import sys
import time

library, folder, task, rows, threads = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(threads)

import numpy as np  # noqa: E402

WIDTH = 20
CATEGORICAL = [17, 18, 19] if task == "mixed" else []
BINARY = task == "binary"


def read(name):
    table = np.fromfile(f"{folder}/{name}", dtype="<f8").reshape(WIDTH + 1, -1)
    return np.ascontiguousarray(table[:WIDTH].T), table[WIDTH].copy()


def lightgbm(x, y):
    import lightgbm as lgb

    params = {"objective": "binary" if BINARY else "regression", "num_leaves": 31, "learning_rate": 0.1, "min_data_in_leaf": 20}
    params |= {"num_threads": threads, "verbose": -1}
    data = lgb.Dataset(x, y, params=params, categorical_feature=CATEGORICAL or "auto")
    model = lgb.train(params, data, 100)
    return lambda z: model.predict(z, num_threads=threads)


def xgboost(x, y):
    import xgboost as xgb

    params = {"objective": "binary:logistic" if BINARY else "reg:squarederror", "tree_method": "hist", "grow_policy": "lossguide"}
    params |= {"max_leaves": 31, "max_depth": 0, "eta": 0.1, "max_bin": 255, "nthread": threads, "min_child_weight": 5 if BINARY else 20, "lambda": 0}
    kinds = ["c" if f in CATEGORICAL else "q" for f in range(WIDTH)]
    data = xgb.QuantileDMatrix(x, y, max_bin=255, nthread=threads, feature_types=kinds, enable_categorical=True)
    model = xgb.train(params, data, 100)
    return lambda z: model.inplace_predict(z) if not CATEGORICAL else model.predict(
        xgb.DMatrix(z, feature_types=kinds, enable_categorical=True, nthread=threads)
    )


def hist_gradient_boosting(x, y):
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = HistGradientBoostingClassifier if BINARY else HistGradientBoostingRegressor
    model = kind(max_iter=100, max_leaf_nodes=31, learning_rate=0.1, early_stopping=False, categorical_features=CATEGORICAL or None)
    model.fit(x, y)
    return (lambda z: model.predict_proba(z)[:, 1]) if BINARY else model.predict


def forest(x, y, kind, share):
    model = kind(100, n_jobs=threads, random_state=1, **({} if BINARY else {"max_features": share}))
    model.fit(x, y)
    return (lambda z: model.predict_proba(z)[:, 1]) if BINARY else model.predict


def sklearn_random_forest(x, y):
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    return forest(x, y, RandomForestClassifier if BINARY else RandomForestRegressor, 1 / 3)


def sklearn_extra_trees(x, y):
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    return forest(x, y, ExtraTreesClassifier if BINARY else ExtraTreesRegressor, 1.0)


try:
    __import__("sklearn.ensemble" if library.startswith(("sklearn", "hist")) else library)
except ImportError:
    sys.exit(0)
x, y = read("train")
z, w = read("test")
began = time.perf_counter()
predict = globals()[library](x, y)
seconds = time.perf_counter() - began
times = []
for _ in range(3):
    start = time.perf_counter()
    predicted = predict(z)
    times.append(time.perf_counter() - start)
if BINARY:
    _, place, ties = np.unique(predicted, return_inverse=True, return_counts=True)
    rank = (np.cumsum(ties) - (ties - 1) / 2)[place]
    positives = w.sum()
    score = (rank[w == 1].sum() - positives * (positives + 1) / 2) / (positives * (len(w) - positives))
else:
    score = float(np.sqrt(np.mean((predicted - w) ** 2)))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"fitSeconds": seconds, "predictRowsPerSecond": len(w) / min(times), "score": float(score), "peakMb": peak}))
