/** A saved adjustment as what it must be: a model folder comes from elsewhere, and a wrong number would only be seen in wrong labels. */
import type { Adjustment } from './adjusted-model.ts';

/** Throws a TypeError that names the part that is wrong. */
export function restoreAdjustment(json: unknown, classCount: number | undefined): Adjustment {
  if (!isRecord(json)) throw wrong('no mapping');
  if (classCount === undefined || classCount < 2) throw wrong('for a model without classes');
  const { kept, calibrator, threshold, ...rest } = json;
  if (Object.keys(rest).length > 0) throw wrong(`with an unknown part \`${Object.keys(rest)[0]}\``);
  if (threshold !== undefined && !(classCount === 2 && isNumber(threshold) && threshold >= 0 && threshold <= 1))
    throw wrong('with a threshold that is no probability');
  if (kept !== undefined && !(isNumbers(kept) && kept.length === classCount && kept.every((share) => share > 0 && share <= 1)))
    throw wrong('without a share above 0 for each class');
  if (calibrator !== undefined && !isCalibrator(calibrator, classCount === 2 ? 1 : classCount))
    throw wrong('with a calibration that is none');
  return json as Adjustment;
}

function isCalibrator(value: unknown, mapCount: number): boolean {
  if (!isRecord(value)) return false;
  const { method, maps } = value;
  if (!Array.isArray(maps) || maps.length !== mapCount) return false;
  if (method === 'sigmoid') return maps.every((map) => isRecord(map) && isNumber(map['slope']) && isNumber(map['intercept']));
  return method === 'isotonic' && maps.every(isIsotonic);
}

function isIsotonic(map: unknown): boolean {
  if (!isRecord(map)) return false;
  const { from, to } = map;
  if (!isNumbers(from) || !isNumbers(to) || from.length === 0 || from.length !== to.length) return false;
  return from.every((value, index) => index === 0 || value > (from[index - 1] as number)) && to.every((value) => value >= 0 && value <= 1);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isNumber);
}

function wrong(what: string): TypeError {
  return new TypeError(`this is a saved adjustment of probabilities ${what}`);
}
