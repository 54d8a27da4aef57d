/** Many tests at once. */

/**
 * p-values adjusted by Benjamini and Hochberg (JRSS B 57 (1995) 289): of the tests whose adjusted p is below
 * 0.05, at most 5 % are expected to be found by chance. In the order of `p`.
 */
export function benjaminiHochberg(p: readonly number[]): readonly number[] {
  const order = p.map((_, index) => index).sort((a, b) => (p[b] as number) - (p[a] as number) || a - b);
  const adjusted = new Array<number>(p.length);
  let least = 1;
  order.forEach((index, position) => {
    least = Math.min(least, ((p[index] as number) * p.length) / (p.length - position));
    adjusted[index] = least;
  });
  return adjusted;
}
