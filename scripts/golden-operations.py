"""Golden numbers of fitted operations, from scikit-learn. `python scripts/golden-operations.py > test/unit/data/transform/golden-operations.json`"""

import json

import numpy as np
import sklearn
from sklearn.preprocessing import KBinsDiscretizer, PowerTransformer, RobustScaler, StandardScaler, TargetEncoder

# The same rows as `GOLDEN_ROWS` of the test.
i = np.arange(200)
x = ((i * 7919) % 1000) / 100.0 - 2.0
z = np.exp(((i * 104729) % 997) / 300.0)
s = np.array([f"k{(k * k) % 11}" for k in i])
y = (i * i % 11) * 1.5 + np.sin(i)
cls = np.array(["no" if v < 7 else "yes" for v in y])
three = np.array([["a", "b", "c"][(k * 31) % 3 if k % 4 else 0] for k in i])


def column(v):
    return v.reshape(-1, 1)


def encodings(target, **options):
    fitted = TargetEncoder(**options).fit(column(s), target)
    classes = len(fitted.classes_) if hasattr(fitted, "classes_") and fitted.classes_ is not None else 2
    means = [dict(zip(fitted.categories_[0].tolist(), e.tolist())) for e in fitted.encodings_]
    return {"means": means, "unknown": np.atleast_1d(fitted.target_mean_).tolist(), "classes": classes}


def power(v, method):
    fitted = PowerTransformer(method=method, standardize=False).fit(column(v))
    return {"lambda": fitted.lambdas_[0], "first": fitted.transform(column(v))[:5, 0].tolist()}


standard, robust = StandardScaler().fit(column(x)), RobustScaler().fit(column(z))
print(
    json.dumps(
        {
            "made_by": f"scikit-learn {sklearn.__version__}",
            "standard": {"subtract": standard.mean_[0], "divide": standard.scale_[0]},
            "robust": {"subtract": robust.center_[0], "divide": robust.scale_[0]},
            "quantile_edges": KBinsDiscretizer(n_bins=4, strategy="quantile", quantile_method="linear").fit(column(z)).bin_edges_[0].tolist(),
            "uniform_edges": KBinsDiscretizer(n_bins=4, strategy="uniform").fit(column(z)).bin_edges_[0].tolist(),
            "yeo_johnson": power(x, "yeo-johnson"),
            "box_cox": power(z, "box-cox"),
            "target_number": encodings(y, target_type="continuous"),
            "target_number_smooth": encodings(y, target_type="continuous", smooth=10.0),
            "target_binary": encodings(cls, target_type="binary"),
            "target_multiclass": encodings(three, target_type="multiclass"),
        },
        indent=2,
    )
)
