"""Writes test/unit/ml/forest/golden.json: trees of scikit-learn on a table of few different values, whose cuts binning keeps,
and the accuracy of its forests on its own data sets, over many seeds.

Usage: python scripts/golden-forests.py, with numpy and scikit-learn.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

ROWS = 240
SEEDS = 20
random = np.random.default_rng(5)


def tree_table():
    x = np.round(random.normal(size=(ROWS, 4)), 1)
    mean = 3 * x[:, 0] + 2 * (x[:, 1] > 0.3) - x[:, 2] ** 2
    y = np.round(mean + random.normal(size=ROWS), 4)
    counts = random.poisson(np.exp(np.clip(mean / 4, -2, 2)))
    classes = np.digitize(mean + random.normal(size=ROWS), [-1.5, 1.5])
    weights = np.round(random.uniform(0.2, 3, size=ROWS), 2)
    holes = x.copy()
    holes[random.random(x.shape) < 0.15] = np.nan
    return x, holes, y, counts, classes, weights


def trees():
    x, holes, y, counts, classes, weights = tree_table()
    targets = {"numbers": y, "counts": counts, "two": (classes > 0).astype(int), "three": classes}
    cases = [
        ("numbers", {"max_depth": 4, "min_samples_leaf": 5}, False, False),
        ("numbers", {"max_leaf_nodes": 14, "min_samples_leaf": 4}, False, False),
        ("numbers", {"min_samples_split": 40, "min_samples_leaf": 6}, True, False),
        ("numbers", {"max_depth": 4, "min_samples_leaf": 8}, False, True),
        ("counts", {"criterion": "poisson", "max_depth": 4, "min_samples_leaf": 10}, False, False),
        ("two", {"criterion": "gini", "max_depth": 4, "min_samples_leaf": 8}, False, False),
        ("two", {"criterion": "entropy", "max_depth": 4, "min_samples_leaf": 8}, True, False),
        ("two", {"criterion": "gini", "max_leaf_nodes": 9, "min_samples_leaf": 8}, False, True),
        ("three", {"criterion": "gini", "max_depth": 4, "min_samples_leaf": 8}, False, False),
        ("three", {"criterion": "entropy", "max_depth": 4, "min_samples_leaf": 8}, True, False),
        ("three", {"criterion": "entropy", "max_leaf_nodes": 8, "min_samples_leaf": 8}, False, True),
    ]
    found = []
    for target, params, weighted, has_holes in cases:
        values = holes if has_holes else x
        kind = DecisionTreeRegressor if target in ("numbers", "counts") else DecisionTreeClassifier
        model = kind(random_state=0, **params).fit(values, targets[target], weights if weighted else None)
        predicted = model.predict(values) if target in ("numbers", "counts") else model.predict_proba(values)
        found.append({
            "target": target,
            "params": params,
            "weighted": weighted,
            "holes": has_holes,
            "predicted": np.round(predicted, 12).ravel().tolist(),
        })
    table = {"columns": x.T.tolist(), "holes": np.where(np.isnan(holes.T), None, holes.T).tolist(), "weights": weights.tolist()}
    return {**table, "targets": {name: values.tolist() for name, values in targets.items()}, "cases": found}


def accuracy():
    """Root mean squared error or Brier score (of all classes) on every third row, of models trained on the others; and out-of-bag scores."""
    sets = {
        "diabetes": (load_diabetes(scaled=False), slice(None), RandomForestRegressor, ExtraTreesRegressor),
        "breast_cancer": (load_breast_cancer(), slice(0, 10), RandomForestClassifier, ExtraTreesClassifier),
        "wine": (load_wine(), slice(None), RandomForestClassifier, ExtraTreesClassifier),
    }
    found = {}
    for name, (data, columns, forest, extra) in sets.items():
        x, y = data.data[:, columns], data.target
        held = np.arange(len(y)) % 3 == 0
        scores = {}
        for key, kind, options in (
            ("random_forest", forest, {"oob_score": True}),
            ("extra_trees", extra, {}),
        ):
            losses, out_of_bag = [], []
            for seed in range(SEEDS):
                options = {**options, **({"max_features": 1 / 3} if kind is RandomForestRegressor else {})}
                model = kind(100, random_state=seed, min_samples_leaf=3, **options).fit(x[~held], y[~held])
                if name == "diabetes":
                    losses.append(float(np.sqrt(np.mean((model.predict(x[held]) - y[held]) ** 2))))
                else:
                    losses.append(float(np.mean(np.sum((model.predict_proba(x[held]) - np.eye(y.max() + 1)[y[held]]) ** 2, axis=1))))
                out_of_bag.append(getattr(model, "oob_score_", 0.0))
            scores[key] = {"loss": np.mean(losses), "spread": np.std(losses, ddof=1)}
            if key == "random_forest":
                scores[key] |= {"oob": np.mean(out_of_bag), "oob_spread": np.std(out_of_bag, ddof=1)}
        found[name] = {"columns": np.round(x.T, 6).tolist(), "target": y.tolist(), "scores": scores}
    return found


if __name__ == "__main__":
    out = pathlib.Path(__file__).parent.parent / "test" / "unit" / "ml" / "forest" / "golden.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    result = {"scikit_learn": sklearn.__version__, "trees": trees(), "accuracy": accuracy()}
    out.write_text(json.dumps(result, separators=(",", ":")) + "\n")
