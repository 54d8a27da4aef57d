/**
 * Features that say the same in other words belong together: the parts of a date, the columns of a category. Shapley
 * values of a group are sums, and a group is shuffled as one.
 */
import type { Contributions, FeatureMatrix } from '../estimator.ts';

export interface FeatureGroup {
  /** The feature's name, or that of the column of the data which several features are made of. */
  readonly label: string;
  /** Positions among the features, ascending. */
  readonly features: readonly number[];
  /** Columns of the data; more than one where a feature is made of several. */
  readonly inputs: readonly string[];
}

/**
 * In the order of the features. Features of one and the same column are a group; a feature of several columns, or of
 * none, is its own. A column that is hidden behind the name of another feature keeps its features apart.
 */
export function featureGroups(names: readonly string[], inputsOf: ReadonlyMap<string, readonly string[]>): readonly FeatureGroup[] {
  const byInput = new Map<string, number[]>();
  names.forEach((name, feature) => {
    const inputs = inputsOf.get(name) ?? [];
    const [only] = inputs;
    if (inputs.length !== 1 || only === undefined) return;
    byInput.set(only, [...(byInput.get(only) ?? []), feature]);
  });
  const groups: FeatureGroup[] = [];
  names.forEach((name, feature) => {
    const inputs = inputsOf.get(name) ?? [];
    const own = inputs.length === 1 ? (byInput.get(inputs[0] as string) ?? []) : [];
    const isTaken = names.some((other, at) => other === inputs[0] && !own.includes(at));
    if (own.length < 2 || isTaken) groups.push({ label: name, features: [feature], inputs });
    else if (own[0] === feature) groups.push({ label: inputs[0] as string, features: own, inputs });
  });
  return groups;
}

/** Row-major `rows × outputs × groups`. */
export function groupedValues(contributions: Contributions, width: number, groups: readonly FeatureGroup[]): Float64Array {
  const { values } = contributions;
  const lines = width === 0 ? 0 : values.length / width;
  const sums = new Float64Array(lines * groups.length);
  groups.forEach(({ features }, group) => {
    for (let line = 0; line < lines; line++) {
      let sum = 0;
      for (const feature of features) sum += values[line * width + feature] as number;
      sums[line * groups.length + group] = sum;
    }
  });
  return sums;
}

/** The mean size of each group's values over rows and outputs: what it moves. */
export function meanSizes(values: Float64Array, groups: number): Float64Array {
  const sizes = new Float64Array(groups);
  const lines = groups === 0 ? 0 : values.length / groups;
  if (lines === 0) return sizes;
  for (let at = 0; at < values.length; at++) sizes[at % groups] = (sizes[at % groups] as number) + Math.abs(values[at] as number);
  return sizes.map((size) => size / lines);
}

/** The rows at these positions, in this order. */
export function takeRows(x: FeatureMatrix, rows: ArrayLike<number>): FeatureMatrix {
  return {
    rowCount: rows.length,
    features: x.features,
    columns: x.columns.map((column) => Float64Array.from(rows, (row) => column[row] as number)),
  };
}
