/**
 * Seeded bootstrap resamples as row weights: how often each row was drawn. One stream of draws serves
 * every metric and both sides of a paired comparison.
 */
import { derive, Random } from '../random.ts';

export interface ResampleOptions {
  readonly seed: number;
  readonly resamples: number;
  /** Multiplied into the weights. Default: 1 each. */
  readonly sampleWeight?: Float64Array | undefined;
  /** A group number 0, 1, … for each row; whole groups are drawn, because rows of a group are alike. */
  readonly groups?: Int32Array | undefined;
  /** A stratum number 0, 1, … for each row; every resample keeps their sizes. Ignored with `groups`. */
  readonly strata?: Int32Array | undefined;
}

const TWO_POW_32 = 4_294_967_296;

/**
 * Call `use` for each resample with the weight of each row. The array is used again for the next
 * resample: copy what you keep.
 */
export function resample(rowCount: number, options: ResampleOptions, use: (weight: Float64Array, index: number) => void): void {
  const { groups, strata, sampleWeight } = options;
  const random = new Random(derive(options.seed, 'bootstrap'));
  const unitCount = groups === undefined ? rowCount : numberOf(groups);
  const pools = groups === undefined && strata !== undefined ? poolsOf(strata) : undefined;
  // 16 bits keep the counters of many rows in the cache; a unit drawn 65,536 times is as good as impossible.
  const drawn = new Uint16Array(unitCount);
  const weight = new Float64Array(rowCount);
  for (let index = 0; index < options.resamples; index++) {
    drawn.fill(0);
    if (pools === undefined) draw(random, drawn, unitCount);
    else for (const pool of pools) drawFrom(random, drawn, pool);
    for (let row = 0; row < rowCount; row++) weight[row] = drawn[groups === undefined ? row : (groups[row] as number)] as number;
    if (sampleWeight !== undefined) {
      for (let row = 0; row < rowCount; row++) weight[row] = (weight[row] as number) * (sampleWeight[row] as number);
    }
    use(weight, index);
  }
}

// Scaling a 32-bit draw favours some rows by at most rows / 2³², which is far below what a resample can
// show, and spares the division of an exactly fair draw, which would take most of the time.
function draw(random: Random, drawn: Uint16Array, count: number): void {
  const scale = count / TWO_POW_32;
  for (let k = 0; k < count; k++) {
    const unit = Math.floor(random.uint32() * scale);
    drawn[unit] = (drawn[unit] as number) + 1;
  }
}

function drawFrom(random: Random, drawn: Uint16Array, pool: Int32Array): void {
  const scale = pool.length / TWO_POW_32;
  for (let k = 0; k < pool.length; k++) {
    const row = pool[Math.floor(random.uint32() * scale)] as number;
    drawn[row] = (drawn[row] as number) + 1;
  }
}

function numberOf(codes: Int32Array): number {
  let count = 0;
  for (const code of codes) if (code >= count) count = code + 1;
  return count;
}

function poolsOf(strata: Int32Array): readonly Int32Array[] {
  const sizes = new Int32Array(numberOf(strata));
  for (const stratum of strata) sizes[stratum] = (sizes[stratum] as number) + 1;
  const pools = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (let row = 0; row < strata.length; row++) {
    const stratum = strata[row] as number;
    const place = sizes[stratum] as number;
    (pools[stratum] as Int32Array)[place] = row;
    sizes[stratum] = place + 1;
  }
  return pools;
}
