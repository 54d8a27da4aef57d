import { expect, test } from 'vitest';
import type { FeatureMatrix } from '../../../../src/ml/estimator.ts';
import { solveSymmetric } from '../../../../src/ml/linear/cholesky.ts';
import { conjugateGradient } from '../../../../src/ml/linear/conjugate-gradient.ts';
import { Design, prepareFeatures } from '../../../../src/ml/linear/design.ts';
import { Random } from '../../../../src/ml/random.ts';

const near = (found: Float64Array, expected: readonly number[], digits: number): void => {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, k) => {
    expect(found[k]).toBeCloseTo(value, digits);
  });
};

test('Cholesky solves a definite system', () => {
  // [4 2; 2 3] · [1; 2] = [8; 8]; the upper triangle is not read.
  near(solveSymmetric(Float64Array.of(4, Number.NaN, 2, 3), Float64Array.of(8, 8)), [1, 2], 12);
});

test('Cholesky gives the least-norm solution of a singular system', () => {
  near(solveSymmetric(Float64Array.of(1, 0, 1, 1), Float64Array.of(2, 2)), [1, 1], 8);
  near(solveSymmetric(Float64Array.of(2, 0, 0, 0), Float64Array.of(4, 0)), [2, 0], 12);
});

test('Cholesky refuses a matrix that is not semi-definite', () => {
  expect(() => solveSymmetric(Float64Array.of(1, 0, 2, 1), Float64Array.of(1, 1))).toThrow('the matrix is not positive semi-definite');
});

test('conjugate gradients agree with Cholesky', () => {
  const lower = Float64Array.of(4, 0, 0, 1, 5, 0, 2, 1, 6);
  const right = Float64Array.of(1, -2, 3);
  const full = [4, 1, 2, 1, 5, 1, 2, 1, 6];
  const found = conjugateGradient({
    multiply: (v, out) => {
      for (let row = 0; row < 3; row++) out[row] = [0, 1, 2].reduce((sum, k) => sum + (full[row * 3 + k] as number) * (v[k] as number), 0);
    },
    diagonal: Float64Array.of(4, 5, 6),
    right,
    tolerance: 1e-14,
    maxIterations: 10,
  });
  near(found, [...solveSymmetric(lower, right)], 12);
});

test('the products of a design agree with its columns written out', () => {
  const random = new Random(5);
  const rows = 2500;
  const draw = (make: () => number): Float64Array => Float64Array.from({ length: rows }, make);
  const x: FeatureMatrix = {
    rowCount: rows,
    features: [
      { name: 'a', kind: 'numeric' },
      { name: 'c', kind: 'categorical', levels: 3 },
      { name: 'b', kind: 'numeric' },
      { name: 'd', kind: 'categorical', levels: 2 },
    ],
    columns: [
      draw(() => random.normal()),
      draw(() => random.integer(4)),
      draw(() => (random.integer(5) === 0 ? Number.NaN : random.uniform())),
      draw(() => random.integer(2)),
    ],
  };
  const weight = draw(() => random.uniform());
  const design = new Design(prepareFeatures(x, weight, true), x);
  expect(design.width).toBe(7);
  // Each column by multiplying with a unit vector.
  const columns = Array.from({ length: 7 }, (_, j) => {
    const unit = new Float64Array(7);
    unit[j] = 1;
    const out = new Float64Array(rows);
    design.multiply(unit, 0, out);
    return out;
  });
  expect(columns[1]?.every((value, row) => value === (x.columns[1]?.[row] === 0 ? 1 : 0))).toBe(true);
  expect(columns[4]?.every((value, row) => !Number.isNaN(x.columns[2]?.[row]) || Math.abs(value) < 1e-12)).toBe(true);
  const sum = (of: (row: number) => number): number => Array.from({ length: rows }, (_, row) => of(row)).reduce((a, b) => a + b, 0);
  const at = (j: number, row: number): number => columns[j]?.[row] as number;
  const gram = design.gram(weight);
  const transposed = new Float64Array(7);
  const squares = new Float64Array(7);
  design.multiplyTransposed(weight, transposed);
  design.squaresTransposed(weight, squares);
  for (let j = 0; j < 7; j++) {
    expect(transposed[j]).toBeCloseTo(
      sum((row) => at(j, row) * (weight[row] as number)),
      8,
    );
    expect(squares[j]).toBeCloseTo(
      sum((row) => at(j, row) ** 2 * (weight[row] as number)),
      8,
    );
    for (let k = 0; k <= j; k++)
      expect(gram[j * 7 + k], `${j} ${k}`).toBeCloseTo(
        sum((row) => at(j, row) * at(k, row) * (weight[row] as number)),
        8,
      );
  }
});
