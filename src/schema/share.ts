/** Shares as people write them, in a recipe: `5%`, `0.05`. */

/** The share that a percentage or a number means; `undefined` for anything that is no share between 0 and 1. */
export function shareOf(written: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(%)?$/u.exec(String(written).trim());
  // Read as a decimal, not divided: `29%` is the double that 29 of 100 rows give.
  const share = match === null ? Number.NaN : Number(`${match[1]}e${match[2] === undefined ? 0 : -2}`);
  return share >= 0 && share <= 1 ? share : undefined;
}
