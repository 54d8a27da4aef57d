"""Prints the RMSE on a test table of LightGBM with its defaults, trained on a training table. Texts are categories.

Called by bench/automl.mjs: TRAIN.csv TEST.csv TARGET.
"""

import sys

import lightgbm
import numpy
import pandas

train, test = pandas.read_csv(sys.argv[1]), pandas.read_csv(sys.argv[2])
target = sys.argv[3]
for name in train.columns:
    if not pandas.api.types.is_numeric_dtype(train[name]):
        levels = sorted(train[name].dropna().unique())
        train[name] = pandas.Categorical(train[name], levels)
        test[name] = pandas.Categorical(test[name], levels)
model = lightgbm.LGBMRegressor(verbose=-1).fit(train.drop(columns=[target]), train[target])
error = model.predict(test.drop(columns=[target])) - test[target]
print(float(numpy.sqrt(numpy.mean(error**2))))
