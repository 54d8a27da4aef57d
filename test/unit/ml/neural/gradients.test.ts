/** The gradient that training follows, beside differences of the loss that the scorer sees. */
import { expect, test } from 'vitest';
import { type Architecture, initialWeights } from '../../../../src/ml/neural/architecture.ts';
import { passOf } from '../../../../src/ml/neural/gradients.ts';
import { fillInputs, scatterGradients, widthOf } from '../../../../src/ml/neural/inputs.ts';
import { measure, type NetworkTarget, nothingMeasured } from '../../../../src/ml/neural/loss.ts';
import { Scorer } from '../../../../src/ml/neural/scorer.ts';
import { Random } from '../../../../src/ml/random.ts';
import { cpuTensors } from '../../../support/tensors.ts';

const ROWS = 12;
const random = new Random(8);
const columns = [
  Float64Array.from({ length: ROWS }, (_, row) => (row % 5 === 0 ? Number.NaN : random.normal())),
  Float64Array.from({ length: ROWS }, () => random.integer(4) - 1),
];
const rows = Array.from({ length: ROWS }, (_, row) => row);
const weight = Float64Array.from({ length: ROWS }, () => random.uniform() + 0.1);

const TARGETS: Readonly<Record<string, { readonly target: NetworkTarget; readonly outputs: number }>> = {
  numbers: { outputs: 1, target: { kind: 'number', values: Float64Array.from({ length: ROWS }, () => random.normal()), scale: 1 } },
  'two classes': {
    outputs: 1,
    target: { kind: 'two-classes', values: Int32Array.from({ length: ROWS }, () => random.integer(2)), scale: 1 },
  },
  classes: { outputs: 3, target: { kind: 'classes', values: Int32Array.from({ length: ROWS }, () => random.integer(3)), scale: 1 } },
};

for (const [name, { target, outputs }] of Object.entries(TARGETS)) {
  for (const batchNorm of [false, true]) {
    test(`${name}${batchNorm ? ', with batch norm' : ''}`, async () => {
      const architecture: Architecture = {
        inputs: [
          { kind: 'numeric', name: 'a', centre: 0.1, scale: 1.2, indicator: true },
          { kind: 'categorical', name: 'b', levels: 3, size: 2 },
        ],
        hidden: [5, 4],
        activation: 'tanh',
        batchNorm,
        dropout: 0,
        outputs,
      };
      const weights = initialWeights(architecture, 1, new Array<number>(outputs).fill(0), [[1, 1, 1, 1]]);
      // Away from 0, where some of the network has no say yet.
      for (const values of weights) for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) + 0.5 * random.normal();
      const { library } = await cpuTensors();
      const passAt = () => {
        const inputs = new Float32Array(ROWS * widthOf(architecture.inputs));
        fillInputs(architecture.inputs, weights, columns, rows, inputs);
        const measured = nothingMeasured();
        const pass = passOf(library, architecture, weights, { inputs, rowCount: ROWS, masks: [] }, (found) => {
          const into = new Float32Array(ROWS * outputs);
          measure(target, found, rows, weight, measured, { into, divisor: 1 });
          return into;
        });
        return { pass, loss: measured.loss };
      };
      const { pass, loss } = passAt();
      const gradients = [...scatterGradients(architecture.inputs, columns, rows, pass.byInputs), ...pass.byWeights];
      const factor = target.kind === 'number' ? 0.5 : 1;
      weights.forEach((values, index) => {
        for (let i = 0; i < values.length; i += 3) {
          const kept = values[i] as number;
          const step = 0.02;
          values[i] = kept + step;
          const above = passAt().loss;
          values[i] = kept - step;
          const below = passAt().loss;
          values[i] = kept;
          const slope = (factor * (above - below)) / (2 * step);
          // Single precision and a curved loss leave about two digits.
          expect(Math.abs((gradients[index]?.[i] as number) - slope)).toBeLessThan(0.02 + 0.02 * Math.abs(slope));
        }
      });
      // The scorer reads the same network from the same arrays.
      const moments = pass.moments.map(({ mean, variance }) => ({ mean: Float64Array.from(mean), variance: Float64Array.from(variance) }));
      const scored = nothingMeasured();
      measure(target, new Scorer(architecture, weights, moments).outputs(columns, ROWS), rows, weight, scored);
      expect(scored.loss).toBeCloseTo(loss, 4);
    });
  }
}
