"""Prints as JSON what real MLflow sees in a tracking store, for comparison with what was written.

Usage: check-mlflow.py TRACKING_URI [--write] [--load RUN_ID]

MLflow upgrades an SQLite file when it opens it, and there is no way back: pass a copy. With
--write it also logs a run and moves an alias, so that the other side can be asked to read them.
With --load it loads the model of a run with pyfunc, which needs the model's own packages.
"""

import argparse
import contextlib
import json
import logging
import math
import os
import sqlite3
import sys

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false")
logging.disable(logging.WARNING)

import mlflow  # noqa: E402
from mlflow import MlflowClient  # noqa: E402
from mlflow.entities import ViewType  # noqa: E402


def number(value):
    """JSON has no words for these three."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def artifacts(client, run_id, path=None):
    found = []
    for item in client.list_artifacts(run_id, path):
        found += artifacts(client, run_id, item.path) if item.is_dir else [[item.path, item.file_size]]
    return sorted(found)


def describe_run(client, run):
    info = run.info
    inputs = run.inputs.dataset_inputs if run.inputs else []
    return {
        "run_id": info.run_id,
        "experiment_id": info.experiment_id,
        "run_name": info.run_name,
        "status": info.status,
        "user_id": info.user_id,
        "start_time": info.start_time,
        "end_time": info.end_time,
        "artifact_uri": info.artifact_uri,
        "lifecycle_stage": info.lifecycle_stage,
        "params": dict(sorted(run.data.params.items())),
        "tags": dict(sorted(run.data.tags.items())),
        "metrics": {key: number(value) for key, value in sorted(run.data.metrics.items())},
        "history": {
            key: [[point.step, number(point.value), point.timestamp] for point in client.get_metric_history(info.run_id, key)]
            for key in sorted(run.data.metrics)
        },
        "datasets": [
            {
                "name": item.dataset.name,
                "digest": item.dataset.digest,
                "source_type": item.dataset.source_type,
                "source": item.dataset.source,
                "schema": item.dataset.schema,
                "profile": item.dataset.profile,
                "tags": {tag.key: tag.value for tag in item.tags},
            }
            for item in sorted(inputs, key=lambda item: (item.dataset.name, item.dataset.digest))
        ],
        "artifacts": artifacts(client, info.run_id),
    }


def describe_version(client, version):
    return {
        "version": str(version.version),
        "source": version.source,
        "run_id": version.run_id,
        "stage": version.current_stage,
        "status": version.status,
        "description": version.description,
        "tags": dict(sorted(version.tags.items())),
        "download_uri": client.get_model_version_download_uri(version.name, version.version),
    }


def describe_model(client, model):
    found = client.get_registered_model(model.name)
    versions = client.search_model_versions(f"name = '{model.name}'")
    return {
        "name": model.name,
        "aliases": dict(sorted((alias, str(version)) for alias, version in found.aliases.items())),
        "versions": [describe_version(client, item) for item in sorted(versions, key=lambda item: int(item.version))],
    }


def describe(client, uri):
    experiments = sorted(client.search_experiments(view_type=ViewType.ALL), key=lambda item: int(item.experiment_id))
    runs = client.search_runs([item.experiment_id for item in experiments], order_by=["attribute.start_time ASC"])
    return {
        "mlflow": mlflow.__version__,
        "revision": revision(uri),
        "experiments": [
            {
                "experiment_id": item.experiment_id,
                "name": item.name,
                "artifact_location": item.artifact_location,
                "lifecycle_stage": item.lifecycle_stage,
                "tags": dict(sorted(item.tags.items())),
            }
            for item in experiments
        ],
        "runs": [describe_run(client, run) for run in runs],
        "models": [describe_model(client, model) for model in client.search_registered_models()],
    }


def revision(uri):
    if not uri.startswith("sqlite:///"):
        return None
    with sqlite3.connect(uri[len("sqlite:///") :]) as database:
        return database.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def write(client):
    """One run by Python beside ours, and for every model its alias `python` on the newest version."""
    run = client.create_run("0", run_name="from-python")
    client.log_param(run.info.run_id, "writer", "python")
    client.log_metric(run.info.run_id, "score", 0.5, step=1)
    client.set_terminated(run.info.run_id)
    for model in client.search_registered_models():
        newest = max(client.search_model_versions(f"name = '{model.name}'"), key=lambda item: int(item.version))
        client.set_registered_model_alias(model.name, "python", newest.version)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("uri")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--load", metavar="RUN_ID")
    options = parser.parse_args()
    # MLflow prints addresses of its pages; stdout is for the JSON alone.
    with contextlib.redirect_stdout(sys.stderr):
        mlflow.set_tracking_uri(options.uri)
        client = MlflowClient()
        if options.write:
            write(client)
        seen = describe(client, options.uri)
        if options.load:
            seen["loaded"] = type(mlflow.pyfunc.load_model(f"runs:/{options.load}/model")).__name__
    json.dump(seen, sys.stdout, ensure_ascii=False, allow_nan=False, indent=2)
    print()


if __name__ == "__main__":
    main()
