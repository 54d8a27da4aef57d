/**
 * Gradients to the integers that histograms add up (after Shi et al., "Quantized Training of Gradient
 * Boosting Decision Trees", NeurIPS 2022). Sums of integers do not depend on the order of the additions,
 * so models do not depend on threads. One scale serves a whole tree: a child's histogram is its
 * parent's minus its sibling's, exactly.
 */

import { Kernel, type Task } from '../kernels/machine.ts';
import { ranges } from '../kernels/threads.ts';
import type { Units } from './split.ts';
import { BLOCK_ROWS, IMPLIED, type Workshop } from './workshop.ts';

/** Pack the gradients and hessians of an output for a tree; `isMeasured` says that `stats` has their measures. Says what one unit is. */
export function packGradients(workshop: Workshop, output: number, seed: number, isMeasured: boolean): Units {
  const { machine, shape, packing, stats, packed, scales } = workshop;
  const rows = shape.rowCount;
  const offset = 8 * rows * output;
  const gradients = workshop.gradients + offset;
  const hessians = workshop.hessians <= IMPLIED ? workshop.hessians : workshop.hessians + offset;
  const blocks = Math.ceil(rows / BLOCK_ROWS);
  if (!isMeasured)
    machine.round(ranges(blocks, machine.threads).map(([from, to]): Task => [Kernel.measure, from, to, rows, gradients, hessians, stats]));
  const measured = machine.numbers(stats, 4 * blocks);
  let [largest, sum, largestHessian, hessianSum] = [0, 0, 0, 0];
  for (let at = 0; at < measured.length; at += 4) {
    largest = Math.max(largest, measured[at] as number);
    sum += measured[at + 1] as number;
    largestHessian = Math.max(largestHessian, measured[at + 2] as number);
    hessianSum += measured[at + 3] as number;
  }
  const { countBits, hessianBits, stride } = packing;
  const gradientScale = scaleFor(63 - countBits - hessianBits, sum, largest, rows);
  const hessianScale = hessians === 0 ? 1 : scaleFor(stride === 2 ? 52 : hessianBits, hessianSum, largestHessian, rows);
  machine.numbers(scales, 2).set([gradientScale, hessianScale]);
  machine.round(
    ranges(blocks, machine.threads).map(([from, to]): Task => {
      const end = Math.min(rows, to * BLOCK_ROWS);
      return [Kernel.packRows, from * BLOCK_ROWS, end, gradients, hessians, packed, scales, seed | 0, countBits, hessianBits, stride - 1];
    }),
  );
  return { gradient: gradientScale > 0 ? 1 / gradientScale : 0, hessian: hessianScale > 0 ? 1 / hessianScale : 0 };
}

/**
 * The finest scale at which no sum over rows can leave so many bits, nor the 53 bits of a float64. What rows sum up to is
 * known, but for the rounding: each row's is by chance, so all of them together miss by a few times the root of their number.
 */
function scaleFor(bits: number, sum: number, largest: number, rows: number): number {
  if (!(largest > 0)) return 0;
  const most = 2 ** Math.min(bits, 50);
  const room = Math.max(most / 4, most * 0.98 - 8 * Math.sqrt(rows));
  // Not infinite, or the units of a row of nothing but denormal numbers would be no numbers.
  return Math.min(room / Math.max(sum, largest), 2 ** 48 / largest, Number.MAX_VALUE);
}
