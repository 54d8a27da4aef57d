"""Writes what LightGBM and XGBoost reach on the tables of `boosting-golden.test.ts`, for every objective.

Run by hand, and only when the cases change: `python scripts/golden-boosting.py` in an environment with
lightgbm and xgboost. The test makes the same tables, trains ours and reads the JSON file.
"""

import json
import math
import pathlib

import lightgbm
import numpy as np
import xgboost

OUT = pathlib.Path(__file__).parent.parent / "test" / "all" / "boosting-golden.json"
TRAINING, TEST = 2000, 4000
GROUPS = [0.0, 1.0, 2.0, 0.5, 1.5]
ROUNDS = 100


def mix(x):
    x = x & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    x = ((x ^ (x >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return x ^ (x >> 16)


def uniform(row, stream):
    """As `hash32` of `src/ml/random.ts`, between 0 and 1."""
    return (mix(mix(row ^ 0x85EBCA6B) + stream) + 0.5) / 2**32


def normal(row, stream):
    return math.sqrt(-2 * math.log(uniform(row, stream))) * math.cos(2 * math.pi * uniform(row, stream + 1))


def count(row, stream, mean):
    u, n = uniform(row, stream), 0
    p = math.exp(-mean)
    total = p
    while u > total and n < 50:
        n += 1
        p *= mean / n
        total += p
    return n


def table(begin, end):
    rows = []
    for row in range(begin, end):
        u = [uniform(row, s) for s in range(6)]
        group = math.floor(5 * u[4])
        mean = 4 * math.sin(math.pi * u[0] * u[1]) + 3 * u[2] + 8 * (u[3] - 0.5) ** 2 + GROUPS[group]
        wild = (40 if uniform(row, 8) < 0.5 else -40) if uniform(row, 9) < 0.05 else 0
        claims = count(row, 14, math.exp(mean / 3 - 2))
        rows.append(
            {
                "x": [math.nan if uniform(row, 6) < 0.1 else u[0], u[1], u[2], u[3], float(group), u[5]],
                "mean": mean,
                "number": mean + normal(row, 10),
                "wild": mean + normal(row, 10) + wild,
                "count": count(row, 12, math.exp(mean / 3 - 1)),
                "claims": claims * (0.5 - math.log(uniform(row, 16))),
                "binary": int(uniform(row, 18) < 1 / (1 + math.exp(4.5 - mean))),
                "class": sum(mean + normal(row, 20) > limit for limit in (3.5, 5.5)),
            }
        )
    return rows


training, test = table(0, TRAINING), table(TRAINING, TRAINING + TEST)


def column(rows, name):
    return np.array([row[name] for row in rows])


SHARED = {
    "num_leaves": 15,
    "learning_rate": 0.1,
    "min_data_in_leaf": 20,
    "lambda_l2": 1.0,
    "verbose": -1,
    "num_threads": 1,
    "deterministic": True,
    "seed": 1,
    "max_bin": 255,
}


def predictions(target, params):
    data = lightgbm.Dataset(column(training, "x"), column(training, target), categorical_feature=[4])
    model = lightgbm.train({**SHARED, **params}, data, ROUNDS)
    return model.predict(column(test, "x"))


def mean_squared(p, y):
    return float(np.mean((p - y) ** 2))


def pinball(p, y, alpha):
    return float(np.mean(np.where(y > p, alpha * (y - p), (1 - alpha) * (p - y))))


def poisson(p, y):
    return float(np.mean(2 * (np.where(y > 0, y * np.log(np.maximum(y, 1e-300) / p), 0) - y + p)))


def tweedie(p, y, rho):
    return float(np.mean(2 * (y ** (2 - rho) / ((1 - rho) * (2 - rho)) - y * p ** (1 - rho) / (1 - rho) + p ** (2 - rho) / (2 - rho))))


def log_loss(p, y):
    return float(-np.mean(np.log(np.where(y == 1, p, 1 - p))))


def depthwise():
    data = xgboost.DMatrix(np.delete(column(training, "x"), 4, axis=1), column(training, "number"))
    params = {"tree_method": "hist", "grow_policy": "depthwise", "max_depth": 4, "eta": 0.1, "lambda": 1.0, "nthread": 1, "seed": 1}
    # A leaf of squared errors has a hessian of 1 a row.
    model = xgboost.train({**params, "min_child_weight": 20}, data, ROUNDS)
    return model.predict(xgboost.DMatrix(np.delete(column(test, "x"), 4, axis=1)))


mean, number = column(test, "mean"), column(test, "number")
classes = column(test, "class")
soft = predictions("class", {"objective": "multiclass", "num_class": 3})
losses = {
    "squared_error": mean_squared(predictions("number", {"objective": "regression"}), number),
    "absolute_error": float(np.mean(np.abs(predictions("wild", {"objective": "regression_l1"}) - mean))),
    "huber": float(np.mean(np.abs(predictions("wild", {"objective": "huber", "alpha": 1.5}) - mean))),
    "quantile": pinball(predictions("number", {"objective": "quantile", "alpha": 0.8}), number, 0.8),
    "poisson": poisson(predictions("count", {"objective": "poisson"}), column(test, "count")),
    "tweedie": tweedie(predictions("claims", {"objective": "tweedie", "tweedie_variance_power": 1.4}), column(test, "claims"), 1.4),
    "log_loss": log_loss(predictions("binary", {"objective": "binary"}), column(test, "binary")),
    "softmax": float(-np.mean(np.log(soft[np.arange(TEST), classes]))),
    "reg_alpha": mean_squared(predictions("number", {"objective": "regression", "lambda_l1": 20.0}), number),
    "min_split_gain": mean_squared(predictions("number", {"objective": "regression", "min_gain_to_split": 15.0}), number),
    "colsample_bynode": mean_squared(predictions("number", {"objective": "regression", "feature_fraction_bynode": 0.5}), number),
    "monotone_constraints": mean_squared(
        predictions("number", {"objective": "regression", "monotone_constraints": [1, 0, 1, 0, 0, 0]}), number
    ),
    "depthwise": mean_squared(depthwise(), number),
}
OUT.write_text(json.dumps({"versions": {"lightgbm": lightgbm.__version__, "xgboost": xgboost.__version__}, "losses": losses}, indent=2) + "\n")
