/** Whether two samples come from one distribution, and how far apart they are. */
import { chiSquareTail } from './chi-square.ts';

export interface TestResult {
  readonly statistic: number;
  readonly p: number;
}

/**
 * The two-sample test of Kolmogorov and Smirnov: the largest distance of the two distribution functions,
 * and its asymptotic p. NaN is left out; `undefined` when a side is empty.
 */
export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): TestResult | undefined {
  const [x, y] = [a, b].map((values) => values.filter((value) => !Number.isNaN(value)).sort()) as [Float64Array, Float64Array];
  if (x.length === 0 || y.length === 0) return undefined;
  let [i, j, statistic] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i] as number, y[j] as number);
    while (i < x.length && (x[i] as number) <= value) i++;
    while (j < y.length && (y[j] as number) <= value) j++;
    statistic = Math.max(statistic, Math.abs(i / x.length - j / y.length));
  }
  return { statistic, p: kolmogorovTail(Math.sqrt((x.length * y.length) / (x.length + y.length)) * statistic) };
}

/** P(K > x) of Kolmogorov's distribution, by the series that converges (Feller, Ann. Math. Stat. 19 (1948) 177). */
export function kolmogorovTail(x: number): number {
  if (x < 0.2) return 1;
  let sum = 0;
  if (x < 1) {
    for (let k = 1; k <= 9; k++) sum += Math.exp((-((2 * k - 1) ** 2) * Math.PI ** 2) / (8 * x * x));
    return Math.max(0, Math.min(1, 1 - (Math.sqrt(2 * Math.PI) / x) * sum));
  }
  for (let k = 1; k <= 9; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return Math.max(0, Math.min(1, sum));
}

/** Fewer than so many expected rows, and the distribution of χ² is another one. */
const FEWEST_EXPECTED = 5;

/**
 * Pearson's χ² test that two lists of counts over the same groups have the same shares. Groups of which one side
 * would be expected to have fewer than five rows are taken together. `undefined` when fewer than two groups are left.
 */
export function chiSquareTest(a: readonly number[], b: readonly number[]): TestResult | undefined {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const [n, m] = [sum(a), sum(b)];
  if (n === 0 || m === 0) return undefined;
  const needed = (FEWEST_EXPECTED * (n + m)) / Math.min(n, m);
  const groups = a.map((count, group) => [count, b[group] ?? 0] as const).filter(([x, y]) => x + y > 0);
  const kept = groups.filter(([x, y]) => x + y >= needed);
  const rest = groups.filter(([x, y]) => x + y < needed).reduce(([p, q], [x, y]) => [p + x, q + y] as const, [0, 0] as const);
  // What is too little even together says nothing and is left out.
  const cells = rest[0] + rest[1] >= needed ? [...kept, rest] : kept;
  if (cells.length < 2) return undefined;
  const [left, right] = [sum(cells.map(([x]) => x)), sum(cells.map(([, y]) => y))];
  if (left === 0 || right === 0) return undefined;
  let statistic = 0;
  for (const [x, y] of cells) {
    const [p, q] = [((x + y) * left) / (left + right), ((x + y) * right) / (left + right)];
    statistic += (x - p) ** 2 / p + (y - q) ** 2 / q;
  }
  return { statistic, p: chiSquareTail(statistic, cells.length - 1) };
}

/**
 * The population stability index of two lists of counts over the same groups: Σ (q − p) ln(q / p) of their
 * shares. Half a row is added to each group, so that an empty one is finite.
 */
export function stabilityIndex(a: readonly number[], b: readonly number[]): number | undefined {
  const used = a.map((count, group) => [count, b[group] ?? 0] as const).filter(([x, y]) => x + y > 0);
  const [n, m] = [0, 1].map((side) => used.reduce((total, pair) => total + (pair[side] as number), 0)) as [number, number];
  if (n === 0 || m === 0) return undefined;
  const half = used.length / 2;
  return used.reduce((sum, [x, y]) => {
    const [p, q] = [(x + 0.5) / (n + half), (y + 0.5) / (m + half)];
    return sum + (q - p) * Math.log(q / p);
  }, 0);
}
