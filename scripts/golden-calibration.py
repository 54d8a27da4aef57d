"""Golden values of calibration and threshold choice from scikit-learn. Writes test/unit/ml/classification/golden.json.

    python scripts/golden-calibration.py
"""
import json
import pathlib

import numpy as np
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import f1_score
from sklearn.utils.class_weight import compute_class_weight

random = np.random.default_rng(7)
cases = []
for rows, weighted in [(40, False), (200, True), (300, False)]:
    truth = (random.random(rows) < 0.3).astype(int)
    probability = np.clip(np.round(1 / (1 + np.exp(-(2.2 * truth - 1 + random.normal(size=rows)))), 3), 0.001, 0.999)
    weight = np.round(random.random(rows) + 0.5, 3) if weighted else np.ones(rows)
    odds = np.log(probability / (1 - probability))
    sigmoid = _SigmoidCalibration().fit(odds, truth, weight)
    isotonic = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(probability, truth, weight)
    at = [0.0, 0.01, 0.2, 0.35, 0.5, 0.77, 0.9, 1.0]
    best = max(f1_score(truth, probability >= t, sample_weight=weight) for t in np.unique(probability))
    cases.append({
        "truth": truth.tolist(),
        "probability": probability.tolist(),
        "weight": weight.tolist(),
        "slope": -sigmoid.a_,
        "intercept": -sigmoid.b_,
        "at": at,
        "isotonic": isotonic.predict(at).tolist(),
        "best_f1": best,
        "f1_at_half": f1_score(truth, probability >= 0.5, sample_weight=weight),
        "balanced": compute_class_weight("balanced", classes=np.array([0, 1]), y=truth).tolist(),
    })
target = pathlib.Path(__file__).parent.parent / "test/unit/ml/classification/golden.json"
target.write_text(json.dumps(cases) + "\n")
