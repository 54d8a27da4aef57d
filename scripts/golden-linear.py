"""Writes test/fixtures/linear.json: coefficients, predictions and metrics of linear models by scikit-learn.

Run by hand, and only when the cases change: `python scripts/golden-linear.py` in an environment with
scikit-learn. The tests read the file and never run this script. Each case holds our parameters beside
what scikit-learn's estimator of the same objective gave. Solutions of ill-conditioned problems are
computed in exact fractions.
"""

import json
import pathlib
import warnings
from fractions import Fraction

import numpy as np
import sklearn
from sklearn import linear_model as lm
from sklearn import metrics as m
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
OUT = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "linear.json"
rng = np.random.default_rng(20260202)


def digits(values):
    return np.array([float(f"{value:.6g}") for value in np.ravel(values)]).reshape(np.shape(values))


n = 70
x = rng.normal(0, 1, (n, 5)) * np.array([1, 10, 0.1, 300, 2]) + np.array([0, 5, 0.3, 2000, -1])
x[:, 3] += 25 * x[:, 1]  # correlated
x = digits(x)
z = (x - x.mean(axis=0)) / x.std(axis=0)
level = rng.integers(0, 3, n)
effect = np.array([-1.0, 0.2, 1.1])[level]
y = digits(3 + z @ np.array([1.5, -2, 0, 0.8, 0]) + effect + rng.normal(0, 1, n))
b = (z @ np.array([1.0, -1.5, 0.2, 0, 0.3]) + effect + rng.normal(0, 1, n) > 0.3).astype(int)
c = np.argmax(z @ rng.normal(0, 1.2, (5, 3)) + np.eye(3)[level] + rng.normal(0, 1, (n, 3)), axis=1)
w = digits(rng.uniform(0.2, 3, n))


def columns(category, weight, standardize, intercept):
    """What our estimator sees: scaled numbers, then a 0/1 column a level."""
    numbers = x
    deviation = np.ones(x.shape[1])
    mean = np.zeros(x.shape[1])
    if standardize:
        scaler = StandardScaler().fit(x, sample_weight=weight)
        deviation = scaler.scale_
        mean = scaler.mean_ if intercept else mean
        numbers = (x - mean) / deviation
    levels = np.eye(3)[level] if category else np.zeros((n, 0))
    return np.hstack([numbers, levels]), mean, np.concatenate([deviation, np.ones(levels.shape[1])])


def regression_metrics(prediction, weight):
    return {
        "mean_squared_error": m.mean_squared_error(y, prediction, sample_weight=weight),
        "mean_absolute_error": m.mean_absolute_error(y, prediction, sample_weight=weight),
        "r2_score": m.r2_score(y, prediction, sample_weight=weight),
    }


def class_metrics(truth, prediction, proba, weight):
    found = {"accuracy_score": m.accuracy_score(truth, prediction, sample_weight=weight)}
    if proba is not None:
        found["log_loss"] = m.log_loss(truth, proba, sample_weight=weight)
    if len(np.unique(truth)) == 2:
        found["f1_score"] = m.f1_score(truth, prediction, sample_weight=weight)
        if proba is not None:
            found["roc_auc"] = m.roc_auc_score(truth, proba[:, 1], sample_weight=weight)
    return found


cases = []


def case(name, task, estimator, params, category=False, weighted=False):
    weight = w if weighted else None
    standardize = params.get("standardize", True)
    intercept = params.get("fit_intercept", True)
    data, mean, scale = columns(category, weight, standardize, intercept)
    truth = {"regression": y, "binary": b, "multiclass": c}[task]
    fitted = estimator.fit(data, truth, sample_weight=weight)
    coefficients = np.atleast_2d(fitted.coef_) / scale
    intercepts = np.atleast_1d(fitted.intercept_).astype(float)
    own = {
        "name": name,
        "task": task,
        "params": params,
        "category": category,
        "weighted": weighted,
        "coefficients": coefficients,
    }
    # A softmax has the same probabilities whatever is added to all intercepts.
    if task != "multiclass" or "Logistic" not in type(estimator).__name__:
        own["intercept"] = intercepts - coefficients[:, : len(mean)] @ mean
    prediction = fitted.predict(data)
    if task == "regression":
        own["prediction"] = prediction[:12]
        own["metrics"] = regression_metrics(prediction, weight)
    else:
        proba = fitted.predict_proba(data) if hasattr(fitted, "predict_proba") else None
        own["prediction"] = prediction[:12]
        if proba is not None:
            own["proba"] = proba[:12]
        own["metrics"] = class_metrics(truth, prediction, proba, weight)
    if "SGD" in type(estimator).__name__:
        own["iterations"] = fitted.n_iter_
    cases.append(own)


def exactly(rows, right):
    """Least squares with an intercept in exact fractions."""
    a = [[Fraction(1)] + [Fraction(float(v)) for v in row] for row in rows]
    size = len(a[0])
    system = [
        [sum(r[i] * r[j] for r in a) for j in range(size)] + [sum(r[i] * Fraction(float(t)) for r, t in zip(a, right))]
        for i in range(size)
    ]
    for i in range(size):
        pivot = next(k for k in range(i, size) if system[k][i] != 0)
        system[i], system[pivot] = system[pivot], system[i]
        for k in range(size):
            if k != i:
                share = system[k][i] / system[i][i]
                system[k] = [u - share * v for u, v in zip(system[k], system[i])]
    solution = [system[i][size] / system[i][i] for i in range(size)]
    prediction = [sum(u * v for u, v in zip(r, solution)) for r in a]
    return [float(v) for v in solution], [float(v) for v in prediction]


# Least squares.
for category in (False, True):
    for weighted in (False, True):
        for l2 in (2.5, 0.001):
            case(f"ridge {l2}", "regression", lm.Ridge(alpha=l2, solver="svd", tol=1e-14), {"l2": l2}, category, weighted)
case("least squares", "regression", lm.LinearRegression(), {"penalty": "none"}, weighted=True)
case("ridge, own units", "regression", lm.Ridge(alpha=3.0, solver="svd"), {"l2": 3, "standardize": False}, weighted=True)
case("ridge, no intercept", "regression", lm.Ridge(alpha=3.0, solver="svd", fit_intercept=False), {"l2": 3, "fit_intercept": False}, True, True)
case("ridge of a mean loss", "regression", lm.Ridge(alpha=0.1 * n, solver="svd"), {"alpha": 0.1})

# Absolute values.
tight = {"tol": 1e-15, "max_iter": 1_000_000}
for category in (False, True):
    for weighted in (False, True):
        for alpha in (0.5, 0.02):
            case(f"lasso {alpha}", "regression", lm.Lasso(alpha=alpha, **tight), {"penalty": "l1", "alpha": alpha, "tolerance": 1e-15}, category, weighted)
            case(
                f"elastic net {alpha}",
                "regression",
                lm.ElasticNet(alpha=alpha, l1_ratio=0.3, **tight),
                {"penalty": "elasticnet", "alpha": alpha, "l1_ratio": 0.3, "tolerance": 1e-15},
                category,
                weighted,
            )
case("lasso, own units", "regression", lm.Lasso(alpha=0.05, **tight), {"penalty": "l1", "alpha": 0.05, "standardize": False, "tolerance": 1e-15}, weighted=True)
case(
    "lasso, no intercept",
    "regression",
    lm.Lasso(alpha=0.05, fit_intercept=False, **tight),
    {"penalty": "l1", "alpha": 0.05, "fit_intercept": False, "tolerance": 1e-15},
    True,
)
case("lasso, default strength", "regression", lm.Lasso(**tight), {"penalty": "l1", "tolerance": 1e-15})

# Classes.
newton = {"solver": "newton-cholesky", "tol": 1e-13, "max_iter": 10000}
saga = {"solver": "saga", "tol": 1e-13, "max_iter": 2_000_000, "random_state": 0}
for task in ("binary", "multiclass"):
    for category in (False, True):
        for weighted in (False, True):
            case("logistic", task, lm.LogisticRegression(C=0.7, **newton), {"C": 0.7, "tolerance": 1e-11}, category, weighted)
            case("logistic l1", task, lm.LogisticRegression(C=0.4, l1_ratio=1, **saga), {"penalty": "l1", "C": 0.4, "tolerance": 1e-11}, category, weighted)
            case(
                "logistic elastic net",
                task,
                lm.LogisticRegression(C=0.8, l1_ratio=0.4, **saga),
                {"penalty": "elasticnet", "l1_ratio": 0.4, "C": 0.8, "tolerance": 1e-11},
                category,
                weighted,
            )
case("logistic l1, no intercept", "binary", lm.LogisticRegression(C=0.4, l1_ratio=1, fit_intercept=False, **saga), {"penalty": "l1", "C": 0.4, "fit_intercept": False, "tolerance": 1e-11})

# Row by row, in the order of the rows.


def sgd(task, params, category=False, weighted=False, **options):
    kind = lm.SGDRegressor if task == "regression" else lm.SGDClassifier
    ours = {"solver": "sgd", "shuffle": False, **params}
    names = {"tolerance": "tol"}
    theirs = {names.get(k, k): v for k, v in ours.items() if k not in ("solver", "standardize")}
    if theirs.get("penalty") == "none":
        theirs["penalty"] = None
    if task != "regression":
        theirs.setdefault("loss", "log_loss")
    label = ", ".join(f"{k} {v}" for k, v in params.items()) or "defaults"
    case(f"sgd: {label}", task, kind(**theirs), ours, category, weighted)


for weighted in (False, True):
    sgd("regression", {}, True, weighted)
    sgd("regression", {"loss": "huber", "epsilon": 0.5, "penalty": "elasticnet", "alpha": 0.01}, True, weighted)
    for task in ("binary", "multiclass"):
        sgd(task, {"loss": "hinge"}, False, weighted)
        # The steps of a smaller `alpha` begin so long that rounding decides where they lead.
        sgd(task, {"loss": "log_loss", "alpha": 0.02}, True, weighted)
        sgd(task, {"loss": "modified_huber", "alpha": 0.05}, False, weighted)
sgd("regression", {"penalty": "l1", "alpha": 0.05, "tolerance": 1e-9, "max_iter": 40})
sgd("regression", {"learning_rate": "constant", "eta0": 0.003, "average": True, "max_iter": 30})
sgd("regression", {"learning_rate": "adaptive", "eta0": 0.02, "n_iter_no_change": 3})
sgd("regression", {"learning_rate": "optimal", "alpha": 0.1, "max_iter": 60})
sgd("regression", {"learning_rate": "invscaling", "eta0": 0.02, "power_t": 0.4})
sgd("regression", {"penalty": "none", "fit_intercept": False})
sgd("binary", {"alpha": 0.01, "average": True}, True, True)
sgd("binary", {"penalty": "elasticnet", "alpha": 0.01, "l1_ratio": 0.5, "max_iter": 25, "tolerance": 1e-9})
sgd("binary", {"penalty": "none", "learning_rate": "constant", "eta0": 0.05, "max_iter": 50})
sgd("binary", {"learning_rate": "invscaling", "max_iter": 20})
sgd("multiclass", {"alpha": 0.01, "learning_rate": "constant", "eta0": 0.05, "tolerance": 0.01})

# Ill-conditioned columns. The numbers of Longley, J. Am. Stat. Assoc. 62 (1967) 819.
longley = np.array(
    [
        [83.0, 234289, 2356, 1590, 107608, 1947, 60323],
        [88.5, 259426, 2325, 1456, 108632, 1948, 61122],
        [88.2, 258054, 3682, 1616, 109773, 1949, 60171],
        [89.5, 284599, 3351, 1650, 110929, 1950, 61187],
        [96.2, 328975, 2099, 3099, 112075, 1951, 63221],
        [98.1, 346999, 1932, 3594, 113270, 1952, 63639],
        [99.0, 365385, 1870, 3547, 115094, 1953, 64989],
        [100.0, 363112, 3578, 3350, 116219, 1954, 63761],
        [101.2, 397469, 2904, 3048, 117388, 1955, 66019],
        [104.6, 419180, 2822, 2857, 118734, 1956, 67857],
        [108.4, 442769, 2936, 2798, 120445, 1957, 68169],
        [110.8, 444546, 4681, 2637, 121950, 1958, 66513],
        [112.6, 482704, 3813, 2552, 123366, 1959, 68655],
        [114.2, 502601, 3931, 2514, 125368, 1960, 69564],
        [115.7, 518173, 4806, 2572, 127852, 1961, 69331],
        [116.9, 554894, 4007, 2827, 130081, 1962, 70551],
    ]
)
t = np.arange(21.0)
powers = np.stack([t**k for k in range(1, 8)], axis=1)
noise = digits(rng.normal(0, 100, 21))
near = x[:, :3].copy()
near = np.column_stack([near, near[:, 0] + near[:, 1] + 1e-6 * rng.normal(0, 1, n)])
exact = []
for name, columns_, right in (
    ("Longley's employment", longley[:, :6], longley[:, 6]),
    ("a polynomial of degree 7", powers, powers.sum(axis=1) + 1 + noise),
    ("a column that is nearly a sum of others", near, y),
):
    solution, prediction = exactly(columns_, right)
    exact.append({"name": name, "x": columns_.T, "y": right, "intercept": solution[0], "coefficients": solution[1:], "prediction": prediction})

# Columns that are sums of others, and more columns than rows: the coefficients of least norm after scaling.
deficient = []
for name, columns_, right in (
    ("sums of columns", np.column_stack([x, x[:, 0] + x[:, 1], 3 - x[:, 2], np.full(n, 4.0)]), y),
    ("more columns than rows", digits(rng.normal(0, 1, (12, 20))), y[:12]),
):
    scale = columns_.std(axis=0)
    scale[scale == 0] = 1
    scaled = (columns_ - columns_.mean(axis=0)) / scale
    fit = lm.LinearRegression().fit(scaled, right)
    deficient.append({"name": name, "x": columns_.T, "y": right, "coefficients": fit.coef_ / scale, "prediction": fit.predict(scaled)})


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return value.item()
    return value


document = {
    "made_with": f"scikit-learn {sklearn.__version__}",
    "x": x.T,
    "level": level,
    "weight": w,
    "y": y,
    "binary": b,
    "multiclass": c,
    "cases": cases,
    "exact": exact,
    "deficient": deficient,
}
OUT.write_text(json.dumps(plain(document), separators=(",", ":")) + "\n")
print(f"{len(cases)} cases, {OUT.stat().st_size} bytes")
