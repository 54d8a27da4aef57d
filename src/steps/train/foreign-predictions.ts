/** What a foreign estimator predicted, as our arrays. A wrong shape or value is told as the user's, before a metric trips over it. */
import { describeValue } from '../../data/to-table.ts';
import { problem } from '../problem.ts';
import { plural } from '../wording.ts';

/** Libraries that count in single precision sum to 1 only about. */
const SUM_TOLERANCE = 1e-3;

/** `classCount` is absent for a regression. */
export function checkedPredictions(returned: unknown, rowCount: number, classCount: number | undefined, where: string): Float64Array {
  const of = `\`predict\` of the estimator of ${where}`;
  const values = Float64Array.from(listOf(returned, rowCount, of, classCount === undefined ? 'a number' : 'a class code'), toNumber);
  const isWrong = (value: number) =>
    classCount === undefined ? !Number.isFinite(value) : !(Number.isInteger(value) && value >= 0 && value < classCount);
  const row = values.findIndex(isWrong);
  if (row < 0) return values;
  const found = `${of} returned ${String(Array.from(returned as ArrayLike<unknown>)[row])} for row ${row}`;
  throw classCount === undefined
    ? problem(
        'step-failed',
        found,
        'a prediction is a finite number; missing values reach the estimator as NaN unless `steps.transform.impute` fills them',
      )
    : problem('step-failed', found, `classes are codes, from 0 to ${classCount - 1} here: return the codes that \`train\` was given`);
}

/** Row-major. */
export function checkedProbabilities(returned: unknown, rowCount: number, classCount: number, where: string): Float64Array {
  const of = `\`predictProba\` of the estimator of ${where}`;
  const rows = listOf(returned, rowCount, of, 'a list of probabilities');
  const flat = new Float64Array(rowCount * classCount);
  for (let row = 0; row < rowCount; row++) {
    const probabilities = rows[row];
    const count = isList(probabilities) ? probabilities.length : undefined;
    if (!isList(probabilities) || count !== classCount) {
      const what = count === undefined ? describeValue(probabilities) : plural(count, 'number');
      throw problem('step-failed', `${of} returned ${what} for row ${row}`, `return one probability for each of the ${classCount} classes`);
    }
    let sum = 0;
    for (let code = 0; code < classCount; code++) {
      const value = toNumber(probabilities[code]);
      // `!(…)` and not the opposite comparison, so that NaN is wrong too.
      if (!(value >= 0 && value <= 1))
        throw problem(
          'step-failed',
          `${of} returned ${String(probabilities[code])} for class ${code} of row ${row}`,
          'a probability is a number from 0 to 1',
        );
      flat[row * classCount + code] = value;
      sum += value;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE)
      throw problem(
        'step-failed',
        `${of} returned probabilities that sum to ${Number(sum.toPrecision(4))} for row ${row}`,
        'the probabilities of a row sum to 1',
      );
  }
  return flat;
}

function listOf(returned: unknown, rowCount: number, of: string, each: string): ArrayLike<unknown> {
  const hint = `return ${each} for each row, in an array`;
  if (typeof (returned as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function') {
    throw problem('step-failed', `${of} returned a promise`, `${hint}, at once: it must not be asynchronous`);
  }
  if (!isList(returned)) throw problem('step-failed', `${of} returned ${describeValue(returned)}`, hint);
  if (returned.length !== rowCount)
    throw problem('step-failed', `${of} returned ${plural(returned.length, 'value')} for ${plural(rowCount, 'row')}`, hint);
  return returned;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as Partial<ArrayLike<unknown>>).length === 'number';
}

/** `null` and texts are no numbers, although `Number` would make some of them. A row of one number is that number: some libraries predict columns. */
function toNumber(value: unknown): number {
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'number') return value[0];
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : Number.NaN;
}
