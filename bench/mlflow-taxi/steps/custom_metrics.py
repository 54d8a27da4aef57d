"""Squared errors, weighted by the inverse of the prediction."""


def weighted_mean_squared_error(eval_df, builtin_metrics):
    from sklearn.metrics import mean_squared_error

    return mean_squared_error(eval_df["prediction"], eval_df["target"], sample_weight=1 / eval_df["prediction"].values)
