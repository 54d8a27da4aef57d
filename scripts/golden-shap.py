"""Writes golden Shapley values of trees with the `shap` package, and the trees that they are of.

Run by hand, and only when the cases change: `python scripts/golden-shap.py` in an environment with
shap, lightgbm and scikit-learn. The test reads the JSON file and never runs this script.
"""

import json
import pathlib

import lightgbm
import numpy as np
import shap
import sklearn
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

TESTS = pathlib.Path(__file__).parent.parent / "test" / "unit" / "ml"
# Rows that are explained.
SHOWN = 12
rng = np.random.default_rng(20260101)


def table(rows, missing, categories):
    """Three numbers, the last with few values, and a category; the target hangs on all of them."""
    x = np.column_stack([rng.normal(size=rows), rng.normal(size=rows), rng.integers(0, 4, rows), rng.integers(0, categories, rows)])
    x = np.round(x, 3)
    y = 2 * x[:, 0] + x[:, 1] * x[:, 2] + np.array([3.0, -1, 0, 2, -3, 1, 4])[x[:, 3].astype(int)] + rng.normal(size=rows) / 4
    if missing:
        for column in (0, 1):
            x[rng.random(rows) < 0.15, column] = np.nan
    return x, y


def lightgbm_node(node):
    """A nested list: [feature, threshold or categories that go left, missing goes left, left, right] or [value, weight]."""
    if "leaf_value" in node:
        return [node["leaf_value"], node.get("leaf_count", 0)]
    if node["decision_type"] == "==":
        way = [int(code) for code in node["threshold"].split("||")]
    else:
        way = node["threshold"]
    return [node["split_feature"], way, bool(node["default_left"]), lightgbm_node(node["left_child"]), lightgbm_node(node["right_child"])]


def sklearn_node(tree, at, shown):
    """The same of a scikit-learn tree, whose weights count the rows of the bootstrap."""
    if tree.children_left[at] < 0:
        return [list(shown(tree.value[at])), float(tree.weighted_n_node_samples[at])]
    left, right = (sklearn_node(tree, child, shown) for child in (tree.children_left[at], tree.children_right[at]))
    return [int(tree.feature[at]), float(tree.threshold[at]), False, left, right]


def case(name, x, trees, groups, values, expected, categorical):
    """`values` are rows × outputs × features."""
    return {
        "name": name,
        "categorical": categorical,
        "groups": groups,
        "trees": trees,
        "x": [[None if np.isnan(v) else float(v) for v in row] for row in x],
        "expected": [float(v) for v in np.atleast_1d(expected)],
        "values": values.tolist(),
    }


def boosted(name, objective, classes):
    x, y = table(400, missing=True, categories=7)
    target = y if classes == 0 else np.digitize(y, np.quantile(y, np.arange(1, classes) / classes))
    params = {"objective": objective, "num_leaves": 9, "min_data_in_leaf": 5, "min_data_per_group": 5, "cat_smooth": 1, "max_cat_to_onehot": 1}
    if classes > 2:
        params["num_class"] = classes
    params |= {"verbose": -1, "seed": 1, "deterministic": True, "num_threads": 1, "learning_rate": 0.3}
    booster = lightgbm.train(params, lightgbm.Dataset(x, target, categorical_feature=[3]), num_boost_round=3)
    trees = [lightgbm_node(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    shown = x[:SHOWN].copy()
    shown[0, 3] = np.nan
    explainer = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
    values = np.asarray(explainer.shap_values(shown))
    values = values[:, :, None] if values.ndim == 2 else values
    return case(name, shown, trees, max(1, classes if classes > 2 else 1), values.transpose(0, 2, 1), explainer.expected_value, [3])


def forest(name, classes):
    x, y = table(200, missing=False, categories=7)
    if classes == 0:
        model = RandomForestRegressor(n_estimators=4, max_leaf_nodes=12, random_state=1).fit(x, y)
    else:
        target = np.digitize(y, np.quantile(y, np.arange(1, classes) / classes))
        model = RandomForestClassifier(n_estimators=4, max_leaf_nodes=12, random_state=1).fit(x, target)
    trees = [sklearn_node(tree.tree_, 0, lambda value: [float(v) for v in value[0]]) for tree in model.estimators_]
    # scikit-learn compares float32 numbers: these are the ones that it sees.
    shown = x[:SHOWN].astype(np.float32).astype(np.float64)
    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    values = np.asarray(explainer.shap_values(shown, check_additivity=False))
    values = values[:, :, None] if values.ndim == 2 else values
    return case(name, shown, trees, 1, values.transpose(0, 2, 1), explainer.expected_value, [])


cases = [
    boosted("boosted regression", "regression", 0),
    boosted("boosted log odds", "binary", 2),
    boosted("boosted softmax", "multiclass", 3),
    forest("forest of values", 0),
    forest("forest of three classes", 3),
]
written = {"versions": {"shap": shap.__version__, "lightgbm": lightgbm.__version__, "scikit-learn": sklearn.__version__}, "cases": cases}
path = TESTS / "trees" / "shap-golden.json"
path.write_text(json.dumps(written, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
