/** The kernels of losses leave what their twins leave, and derive what the objectives derive. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Kernel, type Task } from '../../src/ml/kernels/machine.ts';
import { poisson, tweedie } from '../../src/ml/trees/count-losses.ts';
import type { Objective } from '../../src/ml/trees/objective.ts';
import { absoluteError, huberLoss, quantileLoss } from '../../src/ml/trees/residual-losses.ts';
import { Workshop } from '../../src/ml/trees/workshop.ts';
import { runs } from '../support/runs.ts';

const LOSSES: Readonly<Record<string, (target: Float64Array, weight: Float64Array | undefined) => Objective>> = {
  absolute_error: absoluteError,
  huber: (target, weight) => huberLoss(target, weight, 0.8),
  quantile: (target, weight) => quantileLoss(target, weight, 0.3),
  poisson,
  tweedie: (target, weight) => tweedie(target, weight, 1.4),
};

const table = fc.integer({ min: 1, max: 60 }).chain((rows) => {
  const column = (value: fc.Arbitrary<number>): fc.Arbitrary<Float64Array> =>
    fc.array(value, { minLength: rows, maxLength: rows }).map((values) => Float64Array.from(values));
  return fc.record({
    name: fc.constantFrom(...Object.keys(LOSSES)),
    target: column(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 9, noNaN: true }))),
    scores: column(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: -9, max: 9, noNaN: true }))),
    weights: fc.option(column(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.double({ min: 0.01, max: 5, noNaN: true }))), { nil: undefined }),
    order: fc.shuffledSubarray(
      Array.from({ length: rows }, (_, row) => row),
      { minLength: 1 },
    ),
    cut: fc.nat(60),
  });
});

type Table = typeof table extends fc.Arbitrary<infer T> ? T : never;

/** Gradients, hessians and, for losses of the residual, the values of two leaves. */
function computed({ name, target, scores, weights, order, cut }: Table, twin: boolean) {
  const rowCount = target.length;
  const objective = LOSSES[name]?.(target, weights) as Objective;
  const isResidual = objective.kernel?.loss === 'residual';
  const hasHessians = !isResidual || weights !== undefined;
  const shape = { rowCount, featureCount: 1, outputs: 1, maxLeaves: 2, hasHessians, hasWeights: weights !== undefined, validationRows: 0 };
  const workshop = new Workshop(shape, { threads: 1, twin });
  const { machine, lossLimits, packed, nodes, leafValues } = workshop;
  machine.numbers(workshop.scores, rowCount).set(scores);
  machine.numbers(workshop.target, rowCount).set(target);
  if (weights !== undefined) machine.numbers(workshop.weights, rowCount).set(weights);
  machine.numbers(lossLimits, 4).set(objective.kernel?.limits?.(scores) ?? []);
  const kernel = isResidual ? Kernel.residualGradients : Kernel.countGradients;
  const memory = [workshop.scores, workshop.target, workshop.weights, workshop.gradients, workshop.hessians] as const;
  machine.round([[kernel, 0, rowCount, ...memory, lossLimits]]);
  const gradients = machine.numbers(workshop.gradients, rowCount).slice();
  const hessians = hasHessians ? machine.numbers(workshop.hessians, rowCount).slice() : undefined;
  if (!isResidual) return { objective, gradients, hessians, leaves: [], values: new Float64Array(0) };

  const middle = Math.max(1, Math.min(order.length, cut));
  const leaves = [order.slice(0, middle), order.slice(middle)].filter((rows) => rows.length > 0).map((rows) => Int32Array.from(rows));
  machine.integers(workshop.orders[0], order.length).set(order);
  machine.integers(nodes, 8).set([workshop.orders[0], 0, middle, 0, workshop.orders[0], middle, order.length, 0]);
  const renewal: Task = [
    Kernel.renewLeaves,
    0,
    leaves.length,
    nodes,
    workshop.target,
    workshop.scores,
    workshop.weights,
    packed,
    workshop.gradients,
    lossLimits,
    leafValues,
  ];
  machine.round([renewal]);
  return { objective, gradients, hessians, leaves, values: machine.numbers(leafValues, leaves.length).slice() };
}

it('kernels of losses are their twins, and those the objectives', () => {
  fc.assert(
    fc.property(table, (of) => {
      const own = computed(of, false);
      const twin = computed(of, true);
      expect([own.gradients, own.hessians, own.values]).toEqual([twin.gradients, twin.hessians, twin.values]);

      const rows = of.target.length;
      const [gradients, hessians] = [new Float64Array(rows), new Float64Array(rows)];
      own.objective.derive(of.scores, gradients, hessians);
      const weighted = (values: Float64Array): Float64Array => values.map((value, row) => value * (of.weights?.[row] ?? 1));
      const near = (found: Float64Array | undefined, wanted: Float64Array): void =>
        found?.forEach((value, i) => {
          expect(Math.abs(value - (wanted[i] as number))).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(value)));
        });
      near(own.gradients, weighted(gradients));
      near(own.hessians, weighted(hessians));
      near(
        own.values,
        Float64Array.from(own.leaves, (leaf) => own.objective.leafValue?.(leaf, of.scores) ?? Number.NaN),
      );
    }),
    { numRuns: runs(150) },
  );
});
