/** The interval of a share. */
import { standardErrors } from './normal.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's score interval for an observed `share` of `count` rows (JASA 22 (1927) 209). It stays
 * within 0 and 1 and is sound for few rows and for shares of 0 and 1. `count` may be an effective
 * number of weighted rows; without rows nothing is known and the interval is 0 to 1.
 */
export function wilsonInterval(share: number, count: number, level = 0.95): Interval {
  if (!(count > 0)) return { low: 0, high: 1 };
  const z = standardErrors(level);
  const shrink = (z * z) / count;
  const centre = (share + shrink / 2) / (1 + shrink);
  const half = (z / (1 + shrink)) * Math.sqrt((share * (1 - share)) / count + shrink / (4 * count));
  // At a share of 0 or 1 rounding could leave the interval beside the share by an ulp.
  return { low: Math.max(0, Math.min(centre - half, share)), high: Math.min(1, Math.max(centre + half, share)) };
}
