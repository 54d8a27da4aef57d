/**
 * Trains on folds of the training rows, each time with a transform that has seen no other rows, and measures on the
 * rows that were held out. The validation rows stay what they are: for early stopping and thresholds.
 */
import type { DataEngine } from '../../data/engine.ts';
import { parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { Table } from '../../data/table.ts';
import { applyTransformer } from '../../data/transform/apply.ts';
import type { FeatureMatrix, FittedModel } from '../../ml/estimator.ts';
import type { MetricValues } from '../../ml/metrics/outcome.ts';
import { derive } from '../../ml/random.ts';
import { summariseFolds } from '../../ml/validation/fold-summary.ts';
import { assignFolds, foldRows } from '../../ml/validation/folds.ts';
import { readFeatureMatrix } from '../../models/feature-matrix.ts';
import type { StepContext } from '../define.ts';
import { fitRequested } from '../transform/fit.ts';
import type { TransformParams } from '../transform/params.ts';
import { plural } from '../wording.ts';
import { takePart } from './fit-classes.ts';
import type { CrossValidationParams, TrainParams } from './params.ts';
import type { Part, Parts } from './parts.ts';
import type { CrossValidationMetrics } from './training-metrics.ts';

/** `skipped` says in half a sentence why there is none although the rows are few. */
export type CrossValidation =
  | { readonly found: CrossValidationMetrics; readonly skipped?: undefined }
  | { readonly found?: undefined; readonly skipped?: { readonly because: string; readonly isFault: boolean } };

export interface FoldTraining {
  readonly engine: DataEngine;
  readonly seed: number;
  /** Of the training rows, in their order. */
  readonly parts: Parts;
  /** Columns beside the features, other than the target. */
  readonly beside: readonly string[];
  /** The whole training of one model, up to its labels. */
  readonly train: (rows: Parts, seed: number) => Promise<FittedModel>;
  readonly measure: (fitted: FittedModel, heldOut: Part) => Promise<MetricValues>;
}

const FOLDS = '__mlrecipe_fold_numbers';
/** With fewer, what is held out is a handful of rows, and spread means nothing. */
const FEWEST_KEYS = 30;
/** Rows × features, of more than two classes for each, that are learned from again unasked. */
const MOST_CELLS = 200_000;
/** What is counted in rows hangs on the size of a fold, and what describes the target says nothing of a model. */
const OF_SIZE = /^(?:example_count|(?:true|false)_(?:posi|nega)tives|(?:sum|mean)_on_target)$/u;
/** Trees after which folds that nobody asked for are not repeated: a rule that hangs on no clock. */
const ENOUGH_TREES = 600;

/** Nothing where neither the recipe nor the number of rows asks for it. What goes wrong in a fold ends the step only if it was asked for. */
export async function crossValidated(
  context: StepContext,
  { cross_validation: wanted }: TrainParams,
  work: FoldTraining,
): Promise<CrossValidation> {
  const { training, validation } = work.parts;
  if (wanted === undefined || (wanted.below !== undefined && training.x.rowCount + validation.x.rowCount >= wanted.below)) return {};
  if ('skipped_because' in wanted) return { skipped: { because: wanted.skipped_because, isFault: false } };
  const because = wanted.below === undefined ? undefined : whyNot(training);
  if (because !== undefined) return { skipped: { because, isFault: false } };
  try {
    return { found: await runFolds(context, wanted, work) };
  } catch (error) {
    if (wanted.below === undefined || context.signal.aborted) throw error;
    return {
      skipped: { because: `a fold could not be trained: ${error instanceof Error ? error.message : String(error)}`, isFault: true },
    };
  } finally {
    await work.engine.execute(`DROP TABLE IF EXISTS ${quoteIdentifier(FOLDS)}`);
  }
}

/** What the recipe does not know of the rows. */
function whyNot({ x, y, key }: Part): string | undefined {
  if (new Set(key).size < FEWEST_KEYS) return `there are fewer than ${FEWEST_KEYS} different training rows`;
  const cells = x.rowCount * x.features.length * (y.kind === 'classification' && y.classes.length > 2 ? y.classes.length : 1);
  return cells > MOST_CELLS
    ? `${plural(x.features.length, 'feature')} of ${plural(x.rowCount, 'row')} take long to learn again; \`cross_validation: 5\` in steps.train asks for it`
    : undefined;
}

async function runFolds(context: StepContext, wanted: CrossValidationParams, work: FoldTraining): Promise<CrossValidationMetrics> {
  const { engine, seed, parts } = work;
  const { folds, repeats } = wanted;
  const { y, key = new Float64Array(0) } = parts.training;
  const strata = y.kind === 'classification' && wanted.stratify ? y.codes : undefined;
  const assigned = Array.from({ length: repeats }, (_, repeat) =>
    assignFolds({ key, folds, seed: derive(seed, 'cross-validation'), repeat, strata }),
  );
  const columns = assigned.map((of, repeat) => ({ name: `fold_${repeat}`, type: 'integer' as const, data: Float64Array.from(of) }));
  await engine.load(new Table(columns), FOLDS);
  const all = assigned.flatMap((of, repeat) =>
    Array.from(
      { length: folds },
      (_, fold): Fold => ({ repeat, fold, ...foldRows(of, fold), seed: derive(seed, `fold ${fold} of repeat ${repeat}`) }),
    ),
  );
  const usable = all.filter(({ training, heldOut }) => training.length > 0 && heldOut.length > 0);
  const measured: MetricValues[] = [];
  let [done, trees] = [0, 0];
  // The data of a fold are made ready while the one before it is trained.
  let next = prepared(context, wanted, work, usable[0]);
  try {
    for (const [index, fold] of usable.entries()) {
      context.signal.throwIfAborted();
      const ready = (await next) as PreparedFold;
      next = prepared(context, wanted, work, usable[index + 1]);
      const fitted = await work.train(ready.parts, fold.seed);
      measured.push(await work.measure(fitted, ready.heldOut));
      context.progress({ done: index + 1, total: usable.length, unit: 'folds' });
      const grown = fitted.describe()['trees'];
      trees += typeof grown === 'number' ? grown : 0;
      done = fold.repeat + 1;
      if (wanted.below !== undefined && trees >= ENOUGH_TREES && usable[index + 1]?.repeat !== fold.repeat) break;
    }
  } finally {
    await next.catch(() => {});
  }
  return { folds, repeats: done, metrics: Object.fromEntries([...summariseFolds(measured)].filter(([name]) => !OF_SIZE.test(name))) };
}

interface Fold {
  readonly repeat: number;
  readonly fold: number;
  readonly seed: number;
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
}

interface PreparedFold {
  readonly parts: Parts;
  readonly heldOut: Part;
}

function prepared(
  context: StepContext,
  wanted: CrossValidationParams,
  work: FoldTraining,
  fold: Fold | undefined,
): Promise<PreparedFold | undefined> {
  const ready = fold === undefined ? Promise.resolve(undefined) : prepareFold(context, wanted, work, fold);
  // Told when it is waited for, and not before.
  ready.catch(() => {});
  return ready;
}

async function prepareFold(
  context: StepContext,
  wanted: CrossValidationParams,
  { engine, parts, beside }: FoldTraining,
  { repeat, fold, training, heldOut }: Fold,
): Promise<PreparedFold> {
  const numbered = `${parquetRelation(context.inputs['training_data'] as string)} AS r POSITIONAL JOIN ${quoteIdentifier(FOLDS)} AS f`;
  const others = quoteIdentifier(`${FOLDS}_${repeat}_${fold}`);
  await engine.execute(`CREATE OR REPLACE TEMPORARY TABLE ${others} AS SELECT r.* FROM ${numbered} WHERE f.fold_${repeat} <> ${fold}`);
  try {
    const transform = wanted.transform as unknown as TransformParams;
    const { transformer, training: own } = await fitRequested(engine, context, others, transform, beside);
    const features = async (relation: string): Promise<FeatureMatrix> => {
      const applied = await applyTransformer(engine, transformer, relation, { userFunction: context.userFunction });
      return readFeatureMatrix(engine, applied.sql, transformer.features).finally(applied.release);
    };
    const x =
      own === undefined ? await features(others) : await readFeatureMatrix(engine, own.sql([]), transformer.features).finally(own.release);
    const watched = await features(parquetRelation(context.inputs['validation_data'] as string));
    const held = await features(`(SELECT r.* FROM ${numbered} WHERE f.fold_${repeat} = ${fold})`);
    return {
      parts: { training: { ...takePart(parts.training, training), x }, validation: { ...parts.validation, x: watched } },
      heldOut: { ...takePart(parts.training, heldOut), x: held },
    };
  } finally {
    await engine.execute(`DROP TABLE IF EXISTS ${others}`);
  }
}

/** `cv_f1_score_mean` and `cv_f1_score_std`. */
export function foldMetrics(found: CrossValidationMetrics | undefined): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(found?.metrics ?? {}).flatMap(([name, { mean, std }]) => [
      [`cv_${name}_mean`, mean],
      [`cv_${name}_std`, std],
    ]),
  );
}
