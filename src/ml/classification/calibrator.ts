/** Probabilities that come true as often as they say, learned on rows that the model had not seen. A calibrator is data. */
import { columnOf, membership } from '../metrics/classification.ts';
import { ones } from '../metrics/measurable.ts';
import { applyIsotonic, fitIsotonic, type IsotonicMap } from './isotonic.ts';
import { applySigmoid, fitSigmoid, type SigmoidMap } from './sigmoid.ts';

export type CalibrationMethod = 'sigmoid' | 'isotonic';

/** Of two classes there is one map, that of the second; of more, one for each class against the rest. */
export type Calibrator =
  | { readonly method: 'sigmoid'; readonly maps: readonly SigmoidMap[] }
  | { readonly method: 'isotonic'; readonly maps: readonly IsotonicMap[] };

export interface HeldOutScores {
  /** Row-major `rows × classCount`, of models that did not learn from the rows. */
  readonly scores: Float64Array;
  readonly codes: Int32Array;
  readonly classCount: number;
  readonly weight?: Float64Array | undefined;
}

/** Throws a RangeError without rows or with fewer than two classes. */
export function fitCalibrator(
  method: CalibrationMethod,
  { scores, codes, classCount, weight = ones(codes.length) }: HeldOutScores,
): Calibrator {
  if (codes.length === 0) throw new RangeError('calibration needs rows');
  if (classCount < 2) throw new RangeError('calibration needs two classes');
  const learned = classCount === 2 ? [1] : Array.from({ length: classCount }, (_, code) => code);
  const columns = learned.map((code) => [columnOf(scores, classCount, code), membership(codes, code)] as const);
  return method === 'sigmoid'
    ? { method, maps: columns.map(([column, isMember]) => fitSigmoid(column, isMember, weight)) }
    : { method, maps: columns.map(([column, isMember]) => fitIsotonic(column, isMember, weight)) };
}

/**
 * Row-major `rows × classes`, as `scores`, which is not changed. Of more than two classes the maps are divided by their
 * sum (Zadrozny and Elkan, KDD 2002); where all are 0 each class gets the same.
 */
export function calibrate(calibrator: Calibrator, scores: Float64Array): Float64Array {
  const maps = mapsOf(calibrator);
  const [binary] = maps;
  const calibrated = new Float64Array(scores.length);
  if (maps.length === 1 && binary !== undefined) {
    for (let start = 0; start < scores.length; start += 2) {
      const positive = binary(scores[start + 1] as number);
      calibrated[start] = 1 - positive;
      calibrated[start + 1] = positive;
    }
    return calibrated;
  }
  for (let start = 0; start < scores.length; start += maps.length) {
    let sum = 0;
    maps.forEach((map, code) => {
      const value = map(scores[start + code] as number);
      calibrated[start + code] = value;
      sum += value;
    });
    for (let code = 0; code < maps.length; code++) {
      calibrated[start + code] = sum > 0 ? (calibrated[start + code] as number) / sum : 1 / maps.length;
    }
  }
  return calibrated;
}

function mapsOf(calibrator: Calibrator): readonly ((probability: number) => number)[] {
  return calibrator.method === 'sigmoid'
    ? calibrator.maps.map((map) => (p: number) => applySigmoid(map, p))
    : calibrator.maps.map((map) => (p: number) => applyIsotonic(map, p));
}
