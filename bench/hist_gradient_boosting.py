"""Scores scikit-learn's HistGradientBoosting on the rows of a split that mlrecipe made.

Called by bench/tables.mjs: `dump FOLDER` writes scikit-learn's bundled tables as CSV files;
`score` reads jobs as JSON lines on standard input and answers with a JSON line each.
"""

import json
import sys

import pandas as pd


def dump(folder):
    from sklearn import datasets

    for name, target in [("iris", "species"), ("wine", "cultivar"), ("breast_cancer", "diagnosis"), ("diabetes", "progression")]:
        bunch = getattr(datasets, f"load_{name}")(as_frame=True)
        frame = bunch.frame.drop(columns=["target"]).copy()
        names = getattr(bunch, "target_names", None)
        values = bunch.frame["target"]
        frame[target] = values if name == "diabetes" else [str(names[int(v)]) for v in values]
        frame.to_csv(f"{folder}/{name}.csv", index=False)


def features(frame, target, ignore):
    """Numbers as they are, everything else as a category; times as numbers. Rare levels share one code, as the 255 bins ask."""
    columns = {}
    for name in frame.columns:
        if name == target or name in ignore:
            continue
        column = frame[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            columns[name] = column.astype("int64").astype(float)
        elif pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
            columns[name] = column.astype(float)
        else:
            columns[name] = column.astype("object")
    return pd.DataFrame(columns)


def score(job):
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.metrics import f1_score, mean_squared_error

    target = job["target"]
    train, test = (pd.read_parquet(job[part]) for part in ("train", "test"))
    x, z = (features(part, target, job.get("ignore", [])) for part in (train, test))
    categorical = [name for name in x.columns if x[name].dtype == object]
    for name in categorical:
        levels = x[name].value_counts().index[:250]
        dtype = pd.CategoricalDtype(levels)
        x[name], z[name] = x[name].astype(dtype), z[name].astype(dtype)
    usable = [name for name in x.columns if x[name].notna().any()]
    x, z = x[usable], z[usable]
    if job["task"] == "regression":
        model = HistGradientBoostingRegressor(categorical_features="from_dtype", random_state=0).fit(x, train[target].astype(float))
        return {"value": mean_squared_error(test[target].astype(float), model.predict(z)) ** 0.5}
    model = HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=0).fit(x, train[target].astype(str))
    return {"value": f1_score(test[target].astype(str), model.predict(z), average="macro")}


if __name__ == "__main__":
    if sys.argv[1] == "dump":
        dump(sys.argv[2])
    else:
        for line in sys.stdin:
            print(json.dumps(score(json.loads(line))), flush=True)
