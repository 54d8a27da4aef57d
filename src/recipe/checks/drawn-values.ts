/** Which values a distribution can give, from its numbers alone. */
import { DISTRIBUTIONS, type DistributionName } from '../../schema/distributions.ts';

export interface Drawn {
  readonly distribution: DistributionName;
  /** Of `randint`: the first integer, and the one after the last. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly q: number | undefined;
  readonly mu: number | undefined;
  readonly sigma: number | undefined;
  readonly steps: number | undefined;
}

export interface Support {
  readonly least: number;
  readonly most: number;
  /** Only integers. */
  readonly isWhole: boolean;
  /** How many values there are, where they are counted. */
  readonly count: number | undefined;
}

export function supportOf({ distribution, low = 0, high = 0, q = 1 }: Drawn): Support {
  const { isLog, isRounded } = DISTRIBUTIONS[distribution];
  const isWhole = isRounded && Number.isInteger(q);
  if (distribution.endsWith('normal'))
    return { least: isLog ? 0 : Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY, isWhole, count: undefined };
  const last = distribution === 'randint' ? high - 1 : high;
  const [from, to] = isLog ? [Math.exp(low), Math.exp(last)] : [low, last];
  if (!isRounded) return { least: from, most: to, isWhole: false, count: undefined };
  const [first, end] = [Math.ceil(from / q - 1e-9), Math.floor(to / q + 1e-9)];
  // Without a multiple between them the bounds themselves are told.
  return end < first ? { least: from, most: to, isWhole, count: 0 } : { least: first * q, most: end * q, isWhole, count: end - first + 1 };
}

/** Points of a grid; absent where `steps` would have to say it. */
export function gridCount(drawn: Drawn): number | undefined {
  return drawn.steps ?? supportOf(drawn).count;
}
