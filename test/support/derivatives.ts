import { deriveGradients, placeTarget } from '../../src/ml/trees/derive-gradients.ts';
import type { Objective } from '../../src/ml/trees/objective.ts';
import { Workshop } from '../../src/ml/trees/workshop.ts';

export interface Derivatives {
  readonly gradients: Float64Array;
  /** 1 each where the loss keeps none. */
  readonly hessians: Float64Array;
}

/** What kernels, or their twins, derive of a loss at these scores; times the weights where there are some. */
export function derivativesOf(
  objective: Objective,
  scores: Float64Array,
  { weight, twin = false }: { readonly weight?: Float64Array | undefined; readonly twin?: boolean } = {},
): Derivatives {
  const rowCount = scores.length / objective.outputs;
  const hasHessians = !objective.hasUnitHessian || weight !== undefined;
  const workshop = new Workshop(
    {
      rowCount,
      featureCount: 1,
      outputs: objective.outputs,
      maxLeaves: 2,
      hasHessians,
      hasWeights: weight !== undefined,
      drawsRows: false,
      validationRows: 0,
    },
    { threads: 1, twin },
  );
  const { machine } = workshop;
  const placed = machine.numbers(workshop.scores, scores.length);
  placed.set(scores);
  placeTarget(workshop, objective);
  if (weight !== undefined) machine.numbers(workshop.weights, rowCount).set(weight);
  deriveGradients(workshop, objective, placed);
  return {
    gradients: machine.numbers(workshop.gradients, scores.length).slice(),
    hessians: hasHessians ? machine.numbers(workshop.hessians, scores.length).slice() : new Float64Array(scores.length).fill(1),
  };
}
