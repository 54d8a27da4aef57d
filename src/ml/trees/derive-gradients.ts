/** What the loss says about each row, by kernels: the first part of an iteration, and what is told of it. */
import { Kernel, type Task } from '../kernels/machine.ts';
import { ranges } from '../kernels/threads.ts';
import type { LossKernel, Objective } from './objective.ts';
import { BLOCK_ROWS, type Workshop } from './workshop.ts';

const KERNELS: { readonly [loss in LossKernel['loss']]: number } = {
  squared: Kernel.squaredGradients,
  logistic: Kernel.logisticGradients,
  softmax: Kernel.softmaxGradients,
  residual: Kernel.residualGradients,
  count: Kernel.countGradients,
};

/** Put the target where `deriveGradients` reads it. */
export function placeTarget({ machine, target, shape }: Workshop, { kernel }: Objective): void {
  machine.numbers(target, shape.rowCount).set(kernel.target);
}

/** Whether a loss has a kernel that leaves the measures of its gradients as well, which packing them needs, and one that sums it up. */
export function measures({ kernel }: Objective): boolean {
  return kernel.loss === 'squared' || kernel.loss === 'logistic';
}

/** Gradients and hessians of all rows and outputs, times their weights. `scores` is a view of those of the workshop. */
export function deriveGradients(workshop: Workshop, objective: Objective, scores: Float64Array): void {
  const { machine, shape, target, weights, gradients, hessians, stats, lossLimits } = workshop;
  const { loss, limits } = objective.kernel;
  if (limits !== undefined) machine.numbers(lossLimits, 4).set(limits(scores));
  const last = measures(objective) ? stats : lossLimits;
  machine.round(
    ranges(Math.ceil(shape.rowCount / BLOCK_ROWS), machine.threads).map(([from, to]): Task => {
      const end = Math.min(shape.rowCount, to * BLOCK_ROWS);
      const rows = [from * BLOCK_ROWS, end, workshop.scores, target, weights, gradients, hessians, last] as const;
      return [KERNELS[loss], ...rows, shape.rowCount, objective.outputs];
    }),
  );
}

/** Mean loss of the rows as they lie, whose weights sum up to `weight`; `undefined` of a loss that no kernel sums up. */
export function kernelLoss(
  { machine, shape, scores, target, weights, stats }: Workshop,
  objective: Objective,
  weight: number,
): number | undefined {
  const { kernel } = objective;
  if (!measures(objective)) return undefined;
  const { rowCount } = shape;
  const blocks = Math.ceil(rowCount / BLOCK_ROWS);
  const isLogistic = kernel.loss === 'logistic' ? 1 : 0;
  machine.round(
    ranges(blocks, machine.threads).map(
      ([from, to]): Task => [Kernel.sumLosses, from, to, rowCount, scores, target, weights, stats, isLogistic],
    ),
  );
  return machine.numbers(stats, blocks).reduce((total, own) => total + own, 0) / weight;
}
