import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../../../../src/ml/estimator.ts';
import { binColumns, planBins, rowMajor } from '../../../../src/ml/trees/binning.ts';
import { quantileCuts } from '../../../../src/ml/trees/quantile-cuts.ts';

const numeric = (...values: number[]): FeatureMatrix => ({
  rowCount: values.length,
  features: [{ name: 'x', kind: 'numeric' }],
  columns: [Float64Array.from(values)],
});
const categorical = (levels: number, codes: readonly number[]): FeatureMatrix => ({
  rowCount: codes.length,
  features: [{ name: 'c', kind: 'categorical', levels }],
  columns: [Float64Array.from(codes)],
});
const allRows = (x: FeatureMatrix): Int32Array => Int32Array.from({ length: x.rowCount }, (_, row) => row);
const binsOf = (x: FeatureMatrix, maxBins = 255): number[] =>
  Array.from(binColumns(planBins(x, allRows(x), maxBins, 0), x)[0] as Uint8Array);

describe('quantileCuts', () => {
  it('cuts half-way between numbers when there are few', () => {
    expect(Array.from(quantileCuts(Float64Array.of(1, 1, 2, 4), 255))).toEqual([1.5, 3]);
  });

  it('cuts many numbers into bins of equal size', () => {
    const cuts = quantileCuts(
      Float64Array.from({ length: 1000 }, (_, i) => i),
      10,
    );
    expect(Array.from(cuts)).toEqual([99.5, 199.5, 299.5, 399.5, 499.5, 599.5, 699.5, 799.5, 899.5]);
  });

  it('gives a frequent number a bin of its own', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i < 600 ? 0 : i - 599));
    const cuts = quantileCuts(values, 5);
    expect(cuts[0]).toBe(0.5);
    expect(cuts).toHaveLength(4);
  });

  it('needs no cut for no number or for one', () => {
    expect(quantileCuts(new Float64Array(0), 255)).toHaveLength(0);
    expect(quantileCuts(Float64Array.of(3, 3, 3), 255)).toHaveLength(0);
  });

  it('cuts between infinities and between neighbouring doubles', () => {
    expect(Array.from(quantileCuts(Float64Array.of(Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY), 255))).toEqual([
      Number.NEGATIVE_INFINITY,
      0,
    ]);
    expect(Array.from(quantileCuts(Float64Array.of(1, 1 + Number.EPSILON), 255))).toEqual([1]);
    expect(Array.from(quantileCuts(Float64Array.of(-Number.MAX_VALUE, Number.MAX_VALUE), 255))).toEqual([-Number.MAX_VALUE]);
  });
});

describe('planBins', () => {
  it('puts missing values into the bin after the last', () => {
    expect(binsOf(numeric(5, Number.NaN, 7, 5))).toEqual([0, 2, 1, 0]);
  });

  it('keeps codes as bins and reads unknown ones as missing', () => {
    expect(binsOf(categorical(3, [0, 2, 1, Number.NaN, 3, -1, 0.5]))).toEqual([0, 2, 1, 3, 3, 3, 3]);
  });

  it('lets the rarest of many categories share a bin', () => {
    const codes = Array.from({ length: 300 }, (_, code) => code).flatMap((code) => (code >= 40 ? [code, code] : [code]));
    const bins = binsOf(categorical(300, codes));
    const binOf = new Map(codes.map((code, row) => [code, bins[row] as number]));
    expect(new Set(bins).size).toBe(255);
    expect(binOf.get(39)).toBe(254);
    expect(binOf.get(38)).toBe(254);
    expect(binOf.get(299)).not.toBe(254 + 1);
  });

  it('takes the cuts of a long table from a sample', () => {
    const x: FeatureMatrix = {
      rowCount: 250_000,
      features: [{ name: 'x', kind: 'numeric' }],
      columns: [Float64Array.from({ length: 250_000 }, (_, i) => i)],
    };
    const [feature] = planBins(x, allRows(x), 4, 1);
    expect(feature?.kind === 'numeric' && Array.from(feature.cuts, (cut) => Math.round(cut / 2500))).toEqual([25, 50, 75]);
    expect(planBins(x, allRows(x), 4, 1)).toEqual([feature]);
  });

  it('looks at the given rows only', () => {
    const x = numeric(1, 2, 3, 100);
    const [feature] = planBins(x, Int32Array.of(0, 3), 255, 0);
    expect(feature).toEqual({ kind: 'numeric', binCount: 2, cuts: Float64Array.of(50.5) });
  });
});

describe('rowMajor', () => {
  it('turns columns into rows', () => {
    expect(Array.from(rowMajor([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)], 3))).toEqual([1, 4, 2, 5, 3, 6]);
  });
});
