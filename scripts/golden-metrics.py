"""Writes the golden numbers of the metric and linear-model tests with scikit-learn.

Run by hand, and only when the cases change: `python scripts/golden-metrics.py` in an environment
with scikit-learn. The tests read the JSON files and never run this script.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

TESTS = pathlib.Path(__file__).parent.parent / "test" / "unit" / "ml"
# Rows whose predictions are kept.
SHOWN = 15
rng = np.random.default_rng(20260101)


def plain(value):
    """NumPy values as JSON values."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return value.item()
    return value


def digits(values):
    """Six significant digits, so that the file stays small and the case is exactly what it says."""
    return np.array([float(f"{value:.6g}") for value in values.ravel()]).reshape(values.shape)


def write(name, value):
    value["scikit_learn"] = sklearn.__version__
    (TESTS / name).write_text(json.dumps(plain(value)) + "\n")


def regression_case(y, p, w):
    s = {"sample_weight": w}
    weights = np.ones(len(y)) if w is None else w
    return {
        "target": y,
        "prediction": p,
        "weight": w,
        "expected": {
            "mean_absolute_error": m.mean_absolute_error(y, p, **s),
            "mean_squared_error": m.mean_squared_error(y, p, **s),
            "root_mean_squared_error": m.root_mean_squared_error(y, p, **s),
            "max_error": m.max_error(y, p),
            "mean_absolute_percentage_error": m.mean_absolute_percentage_error(y, p, **s),
            "median_absolute_error": m.median_absolute_error(y, p, **s),
            "r2_score": m.r2_score(y, p, **s),
            "score": m.r2_score(y, p, **s),
            "example_count": len(y),
            "sum_on_target": (y * weights).sum(),
            "mean_on_target": np.average(y, weights=weights),
        },
    }


def binary_case(y, scores, w):
    p = (scores > 0.5).astype(int)
    s = {"sample_weight": w}
    tn, fp, fn, tp = m.confusion_matrix(y, p, **s).ravel()
    return {
        "target": y,
        "scores": scores,
        "weight": w,
        "expected": {
            "true_positives": tp,
            "true_negatives": tn,
            "false_positives": fp,
            "false_negatives": fn,
            "recall_score": m.recall_score(y, p, **s),
            "precision_score": m.precision_score(y, p, **s),
            "f1_score": m.f1_score(y, p, **s),
            "f1_score_macro": m.f1_score(y, p, average="macro", **s),
            "accuracy_score": m.accuracy_score(y, p, **s),
            "score": m.accuracy_score(y, p, **s),
            "roc_auc": m.roc_auc_score(y, scores, **s),
            "log_loss": m.log_loss(y, scores, **s),
            "precision_recall_auc": m.average_precision_score(y, scores, **s),
            "example_count": len(y),
        },
    }


def multiclass_case(y, proba, p, w):
    s = {"sample_weight": w}
    labels = np.arange(proba.shape[1])
    return {
        "target": y,
        "proba": proba,
        "prediction": p,
        "weight": w,
        "expected": {
            "recall_score": m.recall_score(y, p, average="weighted", zero_division=0, **s),
            "precision_score": m.precision_score(y, p, average="weighted", zero_division=0, **s),
            "f1_score_macro": m.f1_score(y, p, average="macro", zero_division=0, **s),
            "f1_score_micro": m.f1_score(y, p, average="micro", **s),
            "accuracy_score": m.accuracy_score(y, p, **s),
            "score": m.accuracy_score(y, p, **s),
            "roc_auc": m.roc_auc_score(y, proba, multi_class="ovr", average="weighted", labels=labels, **s),
            "log_loss": m.log_loss(y, proba, labels=labels, **s),
            "example_count": len(y),
        },
    }


def metric_cases():
    n = 60
    y = np.round(rng.normal(50, 20, n), 2)
    p = np.round(y + rng.normal(0, 5, n), 1)
    w = np.round(rng.uniform(0.1, 3, n), 2)
    t = (rng.uniform(size=n) < 0.4).astype(int)
    # Rounded to one decimal, so that many scores are tied across the classes; 0 and 1 occur.
    tied = np.clip(np.round(0.35 * t + rng.uniform(0, 0.65, n), 1), 0, 1)
    smooth = 1 / (1 + np.exp(-(2 * t - 1 + rng.normal(0, 1.5, n))))
    k = rng.integers(0, 4, n)
    logits = rng.normal(0, 1, (n, 4))
    logits[np.arange(n), k] += 1
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    argmax = proba.argmax(axis=1)
    never = np.where(argmax == 2, 1, argmax)  # class 2 is never predicted
    fpr, tpr, _ = m.roc_curve(t, tied, drop_intermediate=False)
    precision, recall, thresholds = m.precision_recall_curve(t, tied)
    write(
        "metrics/golden.json",
        {
            "regression": [regression_case(y, p, None), regression_case(y, p, w)],
            "binary": [binary_case(t, s, ww) for s in (tied, smooth) for ww in (None, w)],
            "multiclass": [multiclass_case(k, proba, q, ww) for q in (argmax, never) for ww in (None, w)],
            "curves": {
                "target": t,
                "scores": tied,
                "roc": {"false_positive_rate": fpr, "true_positive_rate": tpr},
                "precision_recall": {"precision": precision, "recall": recall, "thresholds": thresholds},
            },
        },
    )


def scaled(x, w, standardize, intercept):
    if not standardize:
        return x
    return StandardScaler(with_mean=intercept).fit_transform(x, sample_weight=w) if intercept else x / StandardScaler().fit(x, sample_weight=w).scale_


def linear_cases():
    n = 90
    x = rng.normal(0, 1, (n, 4)) * np.array([1, 10, 0.01, 1000]) + np.array([0, 5, 0.3, 20000])
    x[:, 3] = x[:, 3] + 50 * x[:, 1]  # correlated
    x = digits(x)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    y = digits(3 + z @ np.array([1.5, -2, 0.5, 0.8]) + rng.normal(0, 1, n))
    w = digits(rng.uniform(0.1, 3, n))
    b = (z @ np.array([1.0, -1.5, 0.2, 0.5]) + rng.normal(0, 1, n) > 0.3).astype(int)
    c = np.argmax(z @ rng.normal(0, 1.2, (4, 3)) + rng.normal(0, 1, (n, 3)), axis=1)
    regression, binary, softmax = [], [], []
    settings = [
        (l2, weight, standardize, intercept)
        for l2 in (1.0, 0.05, 30.0)
        for weight in (None, w)
        for standardize in (True, False)
        for intercept in (True, False)
        if l2 == 1.0 or (standardize and intercept)
    ]
    for l2, weight, standardize, intercept in settings:
        xs = scaled(x, weight, standardize, intercept)
        case = {"l2": l2, "weight": weight is not None, "standardize": standardize, "fit_intercept": intercept}
        ridge = Ridge(alpha=l2, fit_intercept=intercept, solver="svd").fit(xs, y, sample_weight=weight)
        regression.append({**case, "prediction": ridge.predict(xs)[:SHOWN]})
        if not standardize:
            continue  # scikit-learn's own optimiser stops short on columns of such different scales
        options = {"C": 1 / l2, "fit_intercept": intercept, "tol": 1e-12, "max_iter": 100000}
        model = LogisticRegression(solver="newton-cholesky", **options).fit(xs, b, sample_weight=weight)
        binary.append({**case, "proba": model.predict_proba(xs)[:SHOWN]})
        model = LogisticRegression(solver="newton-cholesky", **options).fit(xs, c, sample_weight=weight)
        softmax.append({**case, "proba": model.predict_proba(xs)[:SHOWN]})
    # Exactly collinear columns without a penalty: the least-norm solution of the standardised problem.
    collinear = np.column_stack([x, x[:, 0] * 2 - 1, np.full(n, 7.0)])
    least = LinearRegression().fit(collinear, y).predict(collinear)
    # More columns than rows.
    wide = digits(rng.normal(0, 1, (12, 30)))
    wide_fit = Ridge(alpha=1.0, solver="svd").fit(StandardScaler().fit_transform(wide), y[:12])
    write(
        "linear/golden.json",
        {
            "x": x.T,
            "y": y,
            "weight": w,
            "binary_target": b,
            "multiclass_target": c,
            "regression": regression,
            "binary": binary,
            "softmax": softmax,
            "collinear": {"x": collinear.T, "prediction": least},
            "wide": {"x": wide.T, "y": y[:12], "prediction": wide_fit.predict(StandardScaler().fit_transform(wide))},
        },
    )


metric_cases()
linear_cases()
