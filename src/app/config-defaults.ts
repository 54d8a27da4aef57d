/** What holds where the recipe says nothing, in the shape of recipe.yaml. */

import { automlParams } from '../ml/automl/automl-params.ts';
import { linearParams } from '../ml/linear/linear-params.ts';
import { neuralNetworkParams } from '../ml/neural/neural-network-params.ts';
import { decisionTreeParams } from '../ml/trees/decision-tree-params.ts';
import { extraTreesParams } from '../ml/trees/extra-trees-params.ts';
import { gradientBoostingParams } from '../ml/trees/gradient-boosting-params.ts';
import { randomForestParams } from '../ml/trees/random-forest-params.ts';
import type { IngestParams, Recipe, SplitParams, TrainParams, TransformParams } from '../recipe/recipe.ts';
import { DEFAULTS } from '../recipe/vocabulary.ts';
import { EXPLAIN_DEFAULTS } from '../schema/explain.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { ParamSpecs } from '../schema/param.ts';
import type { Project } from './project.ts';
import { trackingTarget } from './tracking-target.ts';

export function defaultsOf(project: Project): JsonObject {
  const { recipe } = project.loaded;
  const { steps } = recipe;
  return {
    ...(recipe.primary_metric !== undefined && { primary_metric: recipe.primary_metric }),
    steps: {
      ingest: ingest(steps.ingest),
      split: split(steps.split),
      transform: transform(steps.transform),
      train: train(steps.train),
      evaluate: { validation_criteria: [], explain: { ...EXPLAIN_DEFAULTS } },
      register: { allow_non_validated_model: steps.register.allow_non_validated_model },
    },
    experiment: {
      ...(recipe.experiment.id === undefined && { name: recipe.experiment.name ?? project.name }),
      tracking_uri: trackingTarget(project).trackingUri,
    },
    ...modelName(recipe),
  };
}

function ingest(config: IngestParams): JsonObject {
  if (config.using === 'custom') return {};
  if (config.using === 'sql') return { header: config.text.header, bad_lines: config.text.bad_lines };
  if (config.using !== 'csv' && config.using !== 'tsv') return { using: config.using };
  return {
    using: config.using,
    delimiter: config.delimiter ?? (config.using === 'tsv' ? '\t' : ','),
    header: config.header,
    null_values: [...(config.null_values ?? DEFAULTS.ingest.null_values)],
    bad_lines: config.bad_lines,
  };
}

function split(config: SplitParams): JsonObject {
  if (config.using !== 'split_ratios') return { using: config.using };
  return { using: config.using, split_ratios: [...config.split_ratios], seed: config.seed };
}

function transform(config: TransformParams): JsonObject {
  if (config.using === 'custom') return {};
  return config.using === 'operations' ? { using: config.using } : { using: config.using, impute: config.impute, encode: config.encode };
}

const PARAMS: Readonly<Record<string, ParamSpecs>> = {
  gradient_boosting: gradientBoostingParams,
  random_forest: randomForestParams,
  extra_trees: extraTreesParams,
  decision_tree: decisionTreeParams,
  linear: linearParams,
  automl: automlParams,
  neural_network: neuralNetworkParams,
};

/** Of an estimator of the user's nothing is known; parameters with a rule of their own have no value here. */
function train(config: TrainParams): JsonObject {
  const specs = Object.entries(PARAMS[config.using] ?? {});
  const params = Object.fromEntries(
    specs.flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default as Json] as const])),
  );
  return {
    ...(config.using !== 'custom' && { using: config.using, estimator_params: params }),
    seed: config.seed,
    predict_prefix: config.predict_prefix,
    predict_scores_for_all_classes: config.predict_scores_for_all_classes,
  };
}

function modelName({ steps }: Recipe): JsonObject {
  return { model_registry: { model_name: steps.register.model_name } };
}
