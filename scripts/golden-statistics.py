"""Writes the golden numbers of the column statistics with pandas and SciPy.

Run by hand, and only when the cases change: `python scripts/golden-statistics.py` in an environment
with both. The tests read the JSON file and never run this script.
"""

import json
import pathlib
from fractions import Fraction

import numpy as np
import pandas as pd
import scipy
from scipy import special, stats

ROOT = pathlib.Path(__file__).parent.parent
DATA = ROOT / "node_modules" / "vega-datasets" / "data"
OUTPUT = ROOT / "test" / "fixtures" / "statistics.json"
QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
BINS = 30
TOP = 20
rng = np.random.default_rng(20260101)


def plain(value):
    """NumPy values as JSON values; NaN is null."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def generated():
    """Columns that are hard on moments: far from zero, long tails, few values, gaps."""
    n = 240
    return pd.DataFrame(
        {
            "far": 1e9 + rng.normal(size=n).round(6),
            "tail": np.exp(3 * rng.normal(size=n)).round(9),
            "tiny": (rng.normal(size=n) * 1e-12).round(18),
            "few": rng.integers(-1, 3, size=n),
            "gaps": np.where(rng.random(n) < 0.3, np.nan, rng.normal(size=n).round(4)),
            "one": np.full(n, 4.25),
            "word": rng.choice(["ä", "bc", "def", "ghij", "straße 7"], size=n, p=[0.5, 0.2, 0.15, 0.1, 0.05]),
            "y": rng.normal(size=n).round(3),
        }
    )


def numbers(series):
    """A column as doubles, a date in milliseconds since the epoch, or None for text."""
    if pd.api.types.is_datetime64_any_dtype(series):
        return series.astype("datetime64[ms]").astype("int64").astype(float)
    return series.astype(float) if pd.api.types.is_numeric_dtype(series) else None


def moments(values):
    """In fractions, since sums of doubles lose the higher moments of values far from zero; compared with pandas."""
    exact = [Fraction(value) for value in values]
    n = len(exact)
    mean = sum(exact) / n
    second, third, fourth = (sum((value - mean) ** power for value in exact) / n for power in (2, 3, 4))
    result = {"mean": float(mean), "deviation": float(second * n / (n - 1)) ** 0.5, "skewness": None, "kurtosis": None}
    if second > 0:
        result["skewness"] = (n * (n - 1)) ** 0.5 / (n - 2) * float(third) / float(second) ** 1.5
        result["kurtosis"] = float(Fraction(n - 1, (n - 2) * (n - 3)) * ((n + 1) * fourth / second**2 - 3 * (n - 1)))
        np.testing.assert_allclose([result["skewness"], result["kurtosis"]], [values.skew(), values.kurt()], rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose([result["mean"], result["deviation"]], [values.mean(), values.std()], rtol=1e-6)
    return result


def column(series):
    shown = series.dropna()
    result = {"missing": series.isna().sum(), "distinct": shown.nunique()}
    values = numbers(shown)
    if values is None:
        lengths = shown.str.len()
        counts = shown.value_counts()
        top = sorted(counts.items(), key=lambda item: (-item[1], item[0].encode()))[:TOP]
        return {**result, "lengths": [lengths.min(), lengths.mean(), lengths.max()], "top": top}
    low, high = values.min(), values.max()
    width = high - low
    bins = np.minimum(BINS - 1, np.floor((values - low) / width * BINS)) if width > 0 else np.zeros(len(values))
    return {
        **result,
        "range": [low, high],
        **moments(values),
        "zeros": (values == 0).sum(),
        "negatives": (values < 0).sum(),
        "quantiles": values.quantile(QUANTILES).to_numpy(),
        "histogram": np.bincount(bins.astype(int), minlength=BINS if width > 0 else 1),
    }


def cuts(values, most):
    """The values at which a new group of about equal size begins."""
    shown = np.sort(values.dropna().to_numpy())
    different = np.unique(shown)
    if len(different) <= most:
        return different[1:]
    found = np.unique([shown[k * len(shown) // most] for k in range(1, most)])
    return found[found != shown[0]]


def groups(series, most, edges=None, levels=None):
    """Groups of a column of any type, missing values in one of their own."""
    values = numbers(series)
    if values is not None:
        edges = cuts(values, most) if edges is None else edges
        return pd.Series(np.where(values.isna(), -1, np.searchsorted(edges, values, side="right")), index=series.index)
    if levels is None:
        levels = [item for item, _ in column(series)["top"]]
    codes = {level: index for index, level in enumerate(levels)}
    return series.map(lambda value: -1 if pd.isna(value) else codes.get(value, len(levels)))


def association(table, target):
    result = {}
    y = numbers(table[target])
    for name in table.columns:
        if name == target:
            continue
        x = numbers(table[name])
        grouped = groups(table[name], 20)
        if y is None:
            counts = pd.crosstab(grouped, groups(table[target], 20)).to_numpy()
            n, (r, c) = counts.sum(), counts.shape
            if min(r, c) < 2:
                result[name] = {"strength": None}
                continue
            phi = stats.chi2_contingency(counts, correction=False).statistic / n
            corrected = max(0, phi - (r - 1) * (c - 1) / (n - 1))
            fewest = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
            result[name] = {"strength": np.sqrt(corrected / fewest)}
            continue
        both = y.notna()
        samples = [y[both][grouped[both] == group].to_numpy() for group in sorted(grouped[both].unique())]
        n, k = both.sum(), len(samples)
        entry = {"strength": None}
        if k > 1:
            f = stats.f_oneway(*samples).statistic
            entry["strength"] = max(0, (f - 1) * (k - 1) / (f * (k - 1) + n - k))
        if x is not None and x.nunique() > 1:
            rows = x.notna() & both
            entry["pearson"] = stats.pearsonr(x[rows], y[rows]).statistic
            entry["spearman"] = stats.spearmanr(x[rows], y[rows]).statistic
        result[name] = entry
    return result


def chi_square(a, b):
    """Groups of which a side expects fewer than five rows are taken together."""
    table = np.array([a, b], dtype=float)
    table = table[:, table.sum(axis=0) > 0]
    needed = 5 * table.sum() / table.sum(axis=1).min()
    large = table.sum(axis=0) >= needed
    rest = table[:, ~large].sum(axis=1)
    cells = np.column_stack([table[:, large], rest]) if rest.sum() >= needed else table[:, large]
    if cells.shape[1] < 2:
        return None
    result = stats.chi2_contingency(cells, correction=False)
    return {"statistic": result.statistic, "p": result.pvalue}


def stability(a, b):
    table = np.array([a, b], dtype=float)
    table = table[:, table.sum(axis=0) > 0] + 0.5
    p, q = table / table.sum(axis=1, keepdims=True)
    return ((q - p) * np.log(q / p)).sum()


def drift(table):
    """The first half of the rows against the second."""
    half = len(table) // 2
    result = {}
    for name in table.columns:
        values = numbers(table[name])
        first = table[name][:half]
        if values is not None:
            edges = cuts(values[:half], 10)
            grouped = groups(table[name], 10, edges=edges)
        else:
            grouped = groups(table[name], 20, levels=[item for item, _ in column(first)["top"]])
        used = sorted(grouped.unique())
        a, b = ([(part == group).sum() for group in used] for part in (grouped[:half], grouped[half:]))
        entry = {"psi": stability(a, b), "chiSquare": chi_square(a, b)}
        if values is not None:
            x, y = values[:half].dropna(), values[half:].dropna()
            d = stats.ks_2samp(x, y).statistic
            entry["ks"] = {"statistic": d, "p": special.kolmogorov(np.sqrt(len(x) * len(y) / (len(x) + len(y))) * d)}
        result[name] = entry
    return result


def case(table, targets):
    return {
        "rows": len(table),
        "columns": {name: column(table[name]) for name in table.columns},
        "association": {target: association(table, target) for target in targets},
        "drift": drift(table),
    }


def main():
    made = generated()
    p = rng.random(30) ** 2
    result = {
        "made_with": {"pandas": pd.__version__, "scipy": scipy.__version__},
        "penguins": case(pd.read_json(DATA / "penguins.json"), ["Body Mass (g)", "Species"]),
        "weather": case(pd.read_csv(DATA / "seattle-weather.csv", parse_dates=["date"]), ["temp_max", "weather"]),
        "generated": {"table": {name: list(made[name]) for name in made}, **case(made, ["y", "word"])},
        "adjusted": {"p": p, "expected": stats.false_discovery_control(p)},
        "chi_square_tail": [[x, k, stats.chi2.sf(x, k)] for k in (1, 2, 3, 10, 21) for x in (0.01, 0.7, 4.2, 19.0, 80.0, 300.0)],
        "kolmogorov_tail": [[x, special.kolmogorov(x)] for x in (0.1, 0.25, 0.6, 0.99, 1.0, 1.3, 2.5, 5.0)],
    }
    OUTPUT.write_text(json.dumps(plain(result)) + "\n")


main()
