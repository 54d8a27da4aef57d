"""Which training rows of the taxi data are kept: those of plausible fares and distances, or without a missing value."""
import pandas as pd


def create_dataset_filter(dataset: pd.DataFrame) -> pd.Series:
    fare, distance = dataset["fare_amount"], dataset["trip_distance"]
    plausible = (fare > 0) & (fare < 1000) & (distance > 0) & (distance < 400)
    return plausible | dataset.notna().all(axis=1)
