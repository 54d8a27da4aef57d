import { describe, expect, test } from 'vitest';
import type { FeatureMatrix } from '../../../../src/ml/estimator.ts';
import { factorise, substitute } from '../../../../src/ml/linear/cholesky.ts';
import { conjugateGradient } from '../../../../src/ml/linear/conjugate-gradient.ts';
import { Design } from '../../../../src/ml/linear/design.ts';
import { Triangle } from '../../../../src/ml/linear/orthogonal.ts';
import { prepareFeatures } from '../../../../src/ml/linear/prepare-features.ts';
import { Random } from '../../../../src/ml/random.ts';

const near = (found: Float64Array, expected: readonly number[], digits: number): void => {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, k) => {
    expect(found[k]).toBeCloseTo(value, digits);
  });
};

const solve = (lower: Float64Array, right: Float64Array): Float64Array => substitute(factorise(lower, right.length) as Float64Array, right);

test('Cholesky solves a definite system', () => {
  // [4 2; 2 3] · [1; 2] = [8; 8]; the upper triangle is not read.
  near(solve(Float64Array.of(4, Number.NaN, 2, 3), Float64Array.of(8, 8)), [1, 2], 12);
  // A row and column of zeros.
  near(solve(Float64Array.of(2, 0, 0, 0), Float64Array.of(4, 0)), [2, 0], 12);
});

test('Cholesky declines a matrix that is singular to working precision', () => {
  expect(factorise(Float64Array.of(1, 0, 1, 1), 2)).toBeUndefined();
  expect(factorise(Float64Array.of(1, 0, 1, 1 + 1e-13), 2)).toBeUndefined();
  expect(factorise(Float64Array.of(1, 0, 2, 1), 2)).toBeUndefined();
});

describe('orthogonal factorisation', () => {
  /** Folds the rows in by blocks of three. */
  const folded = (columns: readonly (readonly number[])[], right: readonly number[]): Triangle => {
    const triangle = new Triangle(columns.length);
    for (let from = 0; from < right.length; from += 3) {
      const count = Math.min(3, right.length - from);
      const block = new Float64Array((columns.length + 1) * 3);
      [...columns, right].forEach((column, k) => {
        block.set(column.slice(from, from + count), k * 3);
      });
      triangle.add(block, count, 3);
    }
    return triangle;
  };

  test('least squares', () => {
    const { solution, rank } = folded(
      [
        [1, 1, 1, 1, 1],
        [0, 1, 2, 3, 4],
      ],
      [1, 3, 5, 7, 10],
    ).solve();
    expect(rank).toBe(2);
    near(solution, [0.8, 2.2], 12);
  });

  test('of columns that depend on each other, the shortest solution', () => {
    const { solution, rank } = folded(
      [
        [1, 2, 3, 4],
        [2, 4, 6, 8],
        [0, 0, 0, 0],
      ],
      [5, 10, 15, 20],
    ).solve();
    expect(rank).toBe(1);
    near(solution, [1, 2, 0], 12);
  });

  test('more columns than rows', () => {
    const { solution, rank } = folded([[1], [2], [2]], [9]).solve();
    expect(rank).toBe(1);
    near(solution, [1, 2, 2], 12);
  });

  test('nothing but zeros', () => {
    expect(
      folded(
        [
          [0, 0],
          [0, 0],
        ],
        [1, 2],
      ).solve(),
    ).toEqual({ solution: new Float64Array(2), rank: 0 });
  });
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
  near(found, [...solve(lower, right)], 12);
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
  // The same columns one by one, a block of rows, and rows by themselves.
  const values = draw(() => random.normal());
  design.columns.forEach((column, j) => {
    expect(column.product(weight, values)).toBeCloseTo(
      sum((row) => at(j, row) * (weight[row] as number) * (values[row] as number)),
      8,
    );
    const out = values.slice();
    column.addTo(out, 3);
    expect(out.every((value, row) => Math.abs(value - (values[row] as number) - 3 * at(j, row)) < 1e-12)).toBe(true);
  });
  const block = new Float64Array(7 * 40);
  design.writeColumns(1010, 1040, block, 40);
  const chosen = Int32Array.of(3, 2400, 17);
  const numbers = new Float64Array(3 * 2);
  const ones = new Int32Array(3 * 2);
  design.writeRows(chosen, numbers, ones);
  expect([...design.numberColumns]).toEqual([0, 4]);
  for (let j = 0; j < 7; j++) {
    for (let k = 0; k < 30; k++) expect(block[j * 40 + k]).toBeCloseTo(at(j, 1010 + k), 12);
    chosen.forEach((row, k) => {
      const own = j === 0 || j === 4 ? numbers[k * 2 + (j === 0 ? 0 : 1)] : Number(ones.subarray(k * 2, k * 2 + 2).includes(j));
      expect(own).toBeCloseTo(at(j, row), 12);
    });
  }
});
