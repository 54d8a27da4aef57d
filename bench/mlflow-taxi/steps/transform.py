"""Weekday and hour of the pickup as classes, minutes and distance to scale: what steps/transform.ts of the fixture does."""
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

PICKUP, DROPOFF = "tpep_pickup_datetime", "tpep_dropoff_datetime"


def features(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.copy()
    pickup, dropoff = pd.to_datetime(rows[PICKUP]), pd.to_datetime(rows[DROPOFF])
    rows["pickup_day"] = pickup.dt.dayofweek
    rows["pickup_hour"] = pickup.dt.hour
    rows["minutes"] = (dropoff - pickup).dt.total_seconds() / 60
    return rows.drop(columns=[PICKUP, DROPOFF])


def transformer_fn():
    encode = ColumnTransformer(
        [
            ("classes", OneHotEncoder(categories=[list(range(7)), list(range(24))], sparse_output=False), ["pickup_day", "pickup_hour"]),
            ("scaled", StandardScaler(), ["trip_distance", "minutes"]),
        ]
    )
    return Pipeline([("features", FunctionTransformer(features)), ("encode", encode)])
