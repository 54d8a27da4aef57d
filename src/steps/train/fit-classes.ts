/**
 * One training with what the recipe wants done for classes: rows left out and weighted before the estimator learns, its
 * probabilities corrected and calibrated and a threshold chosen afterwards. Where nothing is asked for and no class is
 * rare this is the estimator's own training, and its own model.
 */
import { type Adjustment, adjustScores, isPlain, withAdjustment } from '../../ml/classification/adjusted-model.ts';
import { type Calibrator, fitCalibrator } from '../../ml/classification/calibrator.ts';
import { classSums, classWeights, weightByClass } from '../../ml/classification/class-weight.ts';
import { rebalance } from '../../ml/classification/rebalance.ts';
import type { FittedModel, Target } from '../../ml/estimator.ts';
import { gather } from '../../ml/metrics/measurable.ts';
import { derive } from '../../ml/random.ts';
import { takeRows, takeTarget } from '../../ml/take-rows.ts';
import { assignFolds, foldRows } from '../../ml/validation/folds.ts';
import { refuseBinaryOnly, refuseUnknownClass, refuseWithoutProbabilities, tooFewToCalibrate } from './class-problems.ts';
import { type LabelThreshold, labelThreshold } from './label-threshold.ts';
import type { ClassesParams } from './params.ts';
import type { Part, Parts } from './parts.ts';

/** `isFinal` is false for a model that is only there to calibrate another. */
export type LearnParts = (rows: Parts, options: { readonly seed: number; readonly isFinal: boolean }) => Promise<FittedModel>;

export interface ClassesOptions {
  readonly params: ClassesParams;
  readonly primaryMetric: string | undefined;
  readonly seed: number;
  readonly learn: LearnParts;
}

export interface FittedClasses {
  /** Probabilities and labels as everybody sees them. */
  readonly fitted: FittedModel;
  /** Absent where nothing is done to the probabilities. */
  readonly adjustment?: Adjustment;
  /** Where there is a calibration: the same model without it. */
  readonly uncalibrated?: FittedModel;
  /** What was done, for the card. */
  readonly report: ClassesReport;
}

export interface ClassesReport {
  /** Rows of each class before and after rebalancing. */
  readonly rebalanced?: { readonly before: readonly number[]; readonly after: readonly number[] };
  /** Rebalancing was asked for, and there was nothing to leave out. */
  readonly isBalanced?: true;
  /** By class. */
  readonly weights?: readonly number[];
  readonly threshold?: LabelThreshold;
}

/** Folds of which calibration learns. */
const FOLDS = 5;

export async function fitClasses(rows: Parts, { params, primaryMetric, seed, learn }: ClassesOptions): Promise<FittedClasses> {
  const { training, validation } = rows;
  const { y } = training;
  if (y.kind !== 'classification' || y.classes.length < 2) return { fitted: await learn(rows, { seed, isFinal: true }), report: {} };
  const classCount = y.classes.length;
  if (classCount !== 2) refuseBinaryOnly(params, classCount);
  const prepared = prepare(rows, params, seed);
  const method = params.calibrate_proba;
  // The last model comes last: an object of the user's may be the same one each time, and learn anew.
  const calibrator = method === undefined ? undefined : await calibrated(rows, method, { params, primaryMetric, seed, learn });
  const plain = await learn(prepared.rows, { seed, isFinal: true });
  const kept = prepared.kept === undefined ? {} : { kept: prepared.kept };
  if (plain.predictProba === undefined) {
    refuseWithoutProbabilities(params);
    return { fitted: plain, report: prepared.report };
  }
  const adjustment: Adjustment = { ...kept, ...(calibrator !== undefined && { calibrator }) };
  const chosen = labelThreshold(withAdjustment(plain, adjustment, classCount), {
    training: y,
    validation,
    wanted: params.threshold,
    primaryMetric,
  });
  const whole: Adjustment = { ...adjustment, ...(chosen?.value !== undefined && { threshold: chosen.value }) };
  return {
    fitted: withAdjustment(plain, whole, classCount),
    ...(!isPlain(whole) && { adjustment: whole }),
    ...(calibrator !== undefined && { uncalibrated: withAdjustment(plain, kept, classCount) }),
    report: { ...prepared.report, ...(chosen !== undefined && { threshold: chosen }) },
  };
}

interface Prepared {
  readonly rows: Parts;
  readonly kept?: readonly number[];
  readonly report: ClassesReport;
}

/** What the estimator learns from. Validation counts in the same way, or early stopping would look at another loss. */
function prepare({ training, validation }: Parts, params: ClassesParams, seed: number): Prepared {
  const y = training.y as Extract<Target, { readonly kind: 'classification' }>;
  const classCount = y.classes.length;
  const drawn =
    params.rebalance === undefined
      ? undefined
      : rebalance(y.codes, { minorityShare: params.rebalance, seed, sampleWeight: training.sampleWeight });
  const left = drawn === undefined ? training : takePart(training, drawn.rows);
  const codes = (left.y as typeof y).codes;
  const weights =
    params.class_weight === undefined ? undefined : classWeights({ ...y, codes }, weightOf(params, y.classes), left.sampleWeight);
  const perClass = Float64Array.from(y.classes, (_, code) => (weights?.[code] ?? 1) * (drawn?.kept[code] ?? 1));
  const counts = (of: Int32Array): readonly number[] => [...classSums(of, classCount)];
  const isChanged = drawn !== undefined || weights !== undefined;
  return {
    rows: {
      training: weights === undefined ? left : { ...left, sampleWeight: weightByClass(codes, weights, left.sampleWeight) },
      validation: isChanged
        ? { ...validation, sampleWeight: weightByClass((validation.y as typeof y).codes, perClass, validation.sampleWeight) }
        : validation,
    },
    ...(drawn !== undefined && { kept: [...drawn.kept] }),
    report: {
      ...(drawn !== undefined && { rebalanced: { before: counts(y.codes), after: counts(codes) } }),
      ...(params.rebalance !== undefined && drawn === undefined && { isBalanced: true }),
      ...(weights !== undefined && { weights: [...weights] }),
    },
  };
}

/** Each row scored by a model that learned from the other folds, as the last model learns from all. */
async function calibrated(rows: Parts, method: Calibrator['method'], options: ClassesOptions): Promise<Calibrator> {
  const { training, validation } = rows;
  const y = training.y as Extract<Target, { readonly kind: 'classification' }>;
  const classCount = y.classes.length;
  const folds = Math.min(FOLDS, ...[...classSums(y.codes, classCount)].filter((count) => count > 0));
  const key = training.key ?? Float64Array.from(y.codes.keys());
  const scores = new Float64Array(y.codes.length * classCount);
  const assigned = folds < 2 ? undefined : assignFolds({ key, folds, seed: derive(options.seed, 'calibration'), strata: y.codes });
  const isScored = new Uint8Array(y.codes.length);
  for (let fold = 0; assigned !== undefined && fold < folds; fold++) {
    const { training: others, heldOut } = foldRows(assigned, fold);
    if (others.length === 0 || heldOut.length === 0) continue;
    const seed = derive(options.seed, `calibration fold ${fold}`);
    const prepared = prepare({ training: takePart(training, others), validation }, options.params, seed);
    const model = await options.learn(prepared.rows, { seed, isFinal: false });
    if (model.predictProba === undefined) refuseWithoutProbabilities(options.params);
    const found = adjustScores(
      model.predictProba?.(takeRows(training.x, heldOut)) as Float64Array,
      prepared.kept === undefined ? {} : { kept: prepared.kept },
    );
    heldOut.forEach((row, place) => {
      scores.set(found.subarray(place * classCount, (place + 1) * classCount), row * classCount);
      isScored[row] = 1;
    });
  }
  if (assigned === undefined || !isScored.every((one) => one === 1)) throw tooFewToCalibrate();
  return fitCalibrator(method, { scores, codes: y.codes, classCount, weight: training.sampleWeight });
}

export function takePart({ x, y, sampleWeight, key }: Part, rows: Int32Array): Part {
  return {
    x: takeRows(x, rows),
    y: takeTarget(y, rows),
    ...(sampleWeight !== undefined && { sampleWeight: gather(sampleWeight, rows) }),
    ...(key !== undefined && { key: gather(key, rows) }),
  };
}

function weightOf({ class_weight: weight }: ClassesParams, classes: readonly string[]): NonNullable<ClassesParams['class_weight']> {
  if (weight === undefined || weight === 'balanced') return 'balanced';
  refuseUnknownClass(weight, classes);
  return weight;
}
