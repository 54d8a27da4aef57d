"""scikit-learn's LinearRegression on the transformed rows of a split that mlrecipe made.

Called by bench/examples.mjs: jobs as JSON lines on standard input, an answer as a JSON line each. The
rows are files of float64: one column after the other, the target last.
"""

import json
import sys

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error


def rows(path, columns):
    table = np.fromfile(path, dtype="<f8").reshape(columns, -1).T
    return table[:, :-1], table[:, -1]


for line in sys.stdin:
    job = json.loads(line)
    model = LinearRegression().fit(*rows(job["training"], job["columns"]))
    features, target = rows(job["test"], job["columns"])
    predicted = model.predict(features)
    scores = {
        "root_mean_squared_error": root_mean_squared_error(target, predicted),
        "mean_absolute_error": mean_absolute_error(target, predicted),
        "r2_score": r2_score(target, predicted),
    }
    print(json.dumps(scores))
