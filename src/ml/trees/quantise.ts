/**
 * Gradients to the integers that histograms add up. The scale is the finest at which no sum over all
 * rows can leave the 53 bits of a float64, so it hangs on the number of rows and not on their order.
 */
import { hash32 } from '../random.ts';

const LARGEST = 2 ** 53;

/** How to read a packed sum: `g = floor(sum × perGradient)`, `count = sum − g × packing`. */
export interface Packing {
  /** 2^countBits. */
  readonly shift: number;
  /** Real gradient of one unit. */
  readonly gradientUnit: number;
  /** Real hessian of one unit; 1 when hessians are row counts. */
  readonly hessianUnit: number;
}

/**
 * Fill `packed[row]` for the given rows. Rounding is stochastic, with the chance drawn from the row
 * and `seed`: with few bits, rounding to the nearest would lose all small gradients.
 */
export function packGradients(rows: Int32Array, gradients: Float64Array, seed: number, packed: Float64Array): Omit<Packing, 'hessianUnit'> {
  const shift = 2 ** Math.ceil(Math.log2(rows.length + 1));
  const units = Math.max(1, Math.floor(LARGEST / shift / (rows.length + 1)) - 1);
  const largest = largestMagnitude(rows, gradients);
  const scale = largest > 0 ? units / largest : 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const chance = hash32(row, seed) / 4_294_967_296;
    packed[row] = Math.floor((gradients[row] as number) * scale + chance) * shift + 1;
  }
  return { shift, gradientUnit: scale > 0 ? 1 / scale : 0 };
}

/** Fill `packed[row]` with integer hessians. They have bits enough to round to the nearest. */
export function packHessians(rows: Int32Array, hessians: Float64Array, packed: Float64Array): number {
  const units = Math.max(1, Math.floor(LARGEST / (rows.length + 1)) - 1);
  const largest = largestMagnitude(rows, hessians);
  const scale = largest > 0 ? units / largest : 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    packed[row] = Math.round((hessians[row] as number) * scale);
  }
  return scale > 0 ? 1 / scale : 0;
}

function largestMagnitude(rows: Int32Array, values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < rows.length; i++) {
    const magnitude = Math.abs(values[rows[i] as number] as number);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}
