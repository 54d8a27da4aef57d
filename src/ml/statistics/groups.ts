/** Rows in groups by the values of a column: the form in which columns of any type are compared. */

export interface Groups {
  /** The group of each row. */
  readonly codes: Int32Array;
  /** How many groups there are; some may be empty. */
  readonly count: number;
}

/**
 * Numbers in at most `most` groups of about equal size, or one for each value when there are no more
 * than that; NaN has a group of its own, the last. `cuts` are the first values of the groups behind the first.
 */
export function groupNumbers(values: Float64Array, most: number): Groups {
  return placeNumbers(values, equalCuts(values, most));
}

/** The values at which a new group begins. */
export function equalCuts(values: Float64Array, most: number): Float64Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const different: number[] = [];
  for (const value of sorted) {
    if (value !== different.at(-1)) different.push(value);
    if (different.length > most) break;
  }
  if (different.length <= most) return Float64Array.from(different.slice(1));
  const cuts = Array.from({ length: most - 1 }, (_, cut) => sorted[Math.floor(((cut + 1) * sorted.length) / most)] as number);
  return Float64Array.from(cuts.filter((cut, index) => cut !== cuts[index - 1] && cut !== sorted[0]));
}

/** The groups of values between cuts made of the same or of other values. */
export function placeNumbers(values: Float64Array, cuts: Float64Array): Groups {
  const codes = new Int32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    let [low, high] = [0, cuts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cuts[middle] as number) <= value) low = middle + 1;
      else high = middle;
    }
    codes[row] = Number.isNaN(value) ? cuts.length + 1 : low;
  }
  return { codes, count: cuts.length + 2 };
}

/** Codes 0, 1, … as a data engine gives them, `levels` of them; NaN has a group of its own, the last. */
export function groupCodes(values: Float64Array, levels: number): Groups {
  return { codes: Int32Array.from(values, (value) => (Number.isNaN(value) ? levels : value)), count: levels + 1 };
}

export function countGroups({ codes, count }: Groups): readonly number[] {
  const counts = new Array<number>(count).fill(0);
  for (const code of codes) counts[code] = (counts[code] as number) + 1;
  return counts;
}
