/** The kernels of losses leave what their twins leave, and the leaf values that objectives say. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Kernel, type Task } from '../../src/ml/kernels/machine.ts';
import { poisson, tweedie } from '../../src/ml/trees/count-losses.ts';
import { kernelLoss, placeTarget } from '../../src/ml/trees/derive-gradients.ts';
import { binaryLogLoss, multiclassLogLoss, type Objective, squaredError } from '../../src/ml/trees/objective.ts';
import { absoluteError, huberLoss, quantileLoss } from '../../src/ml/trees/residual-losses.ts';
import { Workshop } from '../../src/ml/trees/workshop.ts';
import { derivativesOf } from '../support/derivatives.ts';
import { runs } from '../support/runs.ts';

const LOSSES: Readonly<Record<string, (target: Float64Array, weight: Float64Array | undefined) => Objective>> = {
  absolute_error: absoluteError,
  huber: (target, weight) => huberLoss(target, weight, 0.8),
  quantile: (target, weight) => quantileLoss(target, weight, 0.3),
  poisson,
  tweedie: (target, weight) => tweedie(target, weight, 1.4),
  softmax: (target, weight) =>
    multiclassLogLoss(
      Int32Array.from(target, (value) => Math.floor(value) % 3),
      3,
      weight,
    ),
};
const RENEWED: readonly string[] = ['absolute_error', 'huber', 'quantile'];

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

/** The values of two leaves of a loss of the residual. */
function renewed({ name, target, scores, weights, order, cut }: Table, twin: boolean) {
  const rowCount = target.length;
  const objective = LOSSES[name]?.(target, weights) as Objective;
  const hasWeights = weights !== undefined;
  const shape = {
    rowCount,
    featureCount: 1,
    outputs: 1,
    maxLeaves: 2,
    hasHessians: hasWeights,
    hasWeights,
    drawsRows: false,
    validationRows: 0,
  };
  const workshop = new Workshop(shape, { threads: 1, twin });
  const { machine, lossLimits, packed, nodes, leafValues } = workshop;
  machine.numbers(workshop.scores, rowCount).set(scores);
  machine.numbers(workshop.target, rowCount).set(target);
  if (weights !== undefined) machine.numbers(workshop.weights, rowCount).set(weights);
  machine.numbers(lossLimits, 4).set(objective.kernel.limits?.(scores) ?? []);
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
  return { objective, leaves, values: machine.numbers(leafValues, leaves.length).slice() };
}

it('kernels of losses derive what their twins derive', () => {
  fc.assert(
    fc.property(table, (of) => {
      const objective = LOSSES[of.name]?.(of.target, of.weights) as Objective;
      const scores = Float64Array.from(
        { length: of.scores.length * objective.outputs },
        (_, i) => of.scores[(7 * i) % of.scores.length] ?? 0,
      );
      const derived = derivativesOf(objective, scores, { weight: of.weights });
      expect(derived).toEqual(derivativesOf(objective, scores, { weight: of.weights, twin: true }));
    }),
    { numRuns: runs(150) },
  );
});

it('leaves are renewed as their twins are, and as the objectives say', () => {
  fc.assert(
    fc.property(
      table.filter(({ name }) => RENEWED.includes(name)),
      (of) => {
        const own = renewed(of, false);
        expect(own.values).toEqual(renewed(of, true).values);
        own.leaves.forEach((leaf, i) => {
          const wanted = own.objective.leafValue?.(leaf, of.scores) ?? Number.NaN;
          expect(Math.abs((own.values[i] as number) - wanted)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(wanted)));
        });
      },
    ),
    { numRuns: runs(100) },
  );
});

it('sums up squared errors and log losses as the objectives do', () => {
  fc.assert(
    fc.property(table, fc.boolean(), ({ target: drawn, scores, weights: drawnWeights }, hasAbsent) => {
      // A row of weight 0 may have no target.
      const isAbsent = (row: number): boolean => hasAbsent && row % 5 === 1;
      const target = drawn.map((value, row) => (isAbsent(row) && drawnWeights !== undefined ? Number.NaN : value));
      const weights = drawnWeights?.map((weight, row) => (isAbsent(row) ? 0 : weight));
      const codes = Int32Array.from(target, (value) => (value > 2 ? 1 : 0));
      for (const objective of [squaredError(target, weights), binaryLogLoss(codes, weights)]) {
        const [own, twin] = [false, true].map((isTwin) => {
          const rowCount = target.length;
          const hasWeights = weights !== undefined;
          const shape = { rowCount, featureCount: 1, outputs: 1, maxLeaves: 2, hasHessians: hasWeights, hasWeights, drawsRows: false };
          const workshop = new Workshop({ ...shape, validationRows: 0 }, { threads: 1, twin: isTwin });
          // Beyond an odd end lies what another table left.
          workshop.machine
            .numbers(workshop.scores, rowCount + (rowCount & 1))
            .fill(7)
            .set(scores);
          placeTarget(workshop, objective);
          if (weights !== undefined) workshop.machine.numbers(workshop.weights, rowCount).set(weights);
          return kernelLoss(
            workshop,
            objective,
            weights === undefined ? rowCount : weights.reduce((sum, weight) => sum + weight, 0),
          ) as number;
        });
        expect(own).toBe(twin);
        expect(own).toBeCloseTo(objective.loss(scores), 10);
      }
    }),
    { numRuns: runs(100) },
  );
});
