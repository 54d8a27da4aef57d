import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Figure, FigureFrame } from '../../src/cards/blocks.ts';
import { MAX_MARKS } from '../../src/cards/charts/draw.ts';
import { drawFigure } from '../../src/cards/charts/figure.ts';
import { SafeSvg } from '../../src/cards/charts/safe-svg.ts';
import { columnFormatter, formatNumber, formatTick } from '../../src/cards/format.ts';
import { readTags } from '../support/html.ts';
import { runs } from '../support/runs.ts';

/** fast-check prints the seed and the path of a counterexample; the count is for `npm test`. */
const RUNS = { numRuns: runs(60) };

const text = fc.string({ unit: 'binary', maxLength: 40 });
/** Ordinary numbers mostly, and everything that a broken metric may give. */
const number = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: -5, max: 5 }), fc.double());
const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double());
const frame: fc.Arbitrary<FigureFrame> = fc.record({ title: text, description: text, xLabel: text, yLabel: text });
const count = fc.oneof(fc.nat(1000), fc.double());

const forms: Readonly<Record<Figure['form'], fc.Arbitrary<object>>> = {
  histogram: fc.integer({ min: 0, max: 300 }).chain((bins) =>
    fc.record({
      edges: fc.array(number, { minLength: bins + 1, maxLength: bins + 1 }).map((edges) => edges.sort((a, b) => a - b)),
      series: fc.array(fc.record({ label: text, counts: fc.array(count, { minLength: bins, maxLength: bins }) }), { maxLength: 8 }),
      normalise: fc.constantFrom('series', 'none'),
    }),
  ),
  line: fc.record({
    series: fc.array(
      fc.record({
        label: text,
        points: fc.array(fc.tuple(number, number), { maxLength: 300 }),
        role: fc.constantFrom('model', 'other', 'reference'),
      }),
      { maxLength: 12 },
    ),
    mark: fc.record({ x: number, label: text }),
  }),
  density: fc.record({
    cells: fc.array(fc.record({ x: number, y: number, count }), { maxLength: 500 }),
    cellWidth: number,
    cellHeight: number,
    identity: fc.boolean(),
    zeroLine: fc.boolean(),
  }),
  bars: fc.record({ bars: fc.array(fc.record({ label: text, value: number, low: number, high: number }), { maxLength: 100 }) }),
  swarm: fc.record({
    rows: fc.array(
      fc.record({
        label: text,
        values: fc.array(number, { maxLength: 400 }),
        levels: fc.array(fc.oneof(fc.integer({ min: -2, max: 6 }), fc.double()), { maxLength: 400 }),
      }),
      { maxLength: 20 },
    ),
  }),
  dependence: fc.integer({ min: 0, max: 40 }).chain((places) => {
    const line = fc.array(fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), number), { minLength: places, maxLength: places });
    return fc.record({
      x: fc.oneof(
        line.map((values) => values.sort((a, b) => a - b)),
        fc.array(text, { minLength: places, maxLength: places }),
      ),
      curves: fc.array(fc.record({ label: text, values: line, low: line, high: line }), { maxLength: 8 }),
      lines: fc.array(line, { maxLength: 40 }),
      density: fc.array(count, { maxLength: 40 }),
    });
  }),
  'stacked-bar': fc.record({ parts: fc.array(fc.record({ label: text, value: number }), { maxLength: 40 }) }),
  'heat-map': fc.integer({ min: 0, max: 40 }).chain((size) =>
    fc.record({
      rows: fc.array(text, { minLength: size, maxLength: size }),
      columns: fc.array(text, { maxLength: 40 }),
      values: fc.array(fc.array(count, { maxLength: 40 }), { maxLength: 40 }),
      normalise: fc.constantFrom('row', 'none'),
    }),
  ),
  calibration: fc.record({
    bins: fc.array(fc.record({ predicted: share, observed: share, low: share, high: share, count }), { maxLength: 100 }),
  }),
};

describe('figures', () => {
  it.each(Object.entries(forms))('%s: any data gives balanced markup within the limit of marks', (form, data) => {
    fc.assert(
      fc.property(frame, data, fc.constantFrom(264, 362, 560, 640, 1152), (names, rest, width) => {
        const markup = SafeSvg.markupOf(drawFigure({ ...names, ...rest, form } as Figure, { id: 'f', width }));
        const drawn = readTags(markup).filter((tag) => ['path', 'rect', 'circle', 'line', 'text'].includes(tag.name));
        expect(drawn.length).toBeLessThanOrEqual(MAX_MARKS);
        expect(markup).not.toMatch(/NaN|Infinity|undefined/.test(JSON.stringify(names)) ? /^$/ : /="[^"]*(NaN|Infinity|undefined)/);
      }),
      RUNS,
    );
  });
});

describe('numbers', () => {
  it('never read as `-0`, `NaN` or an exponent of JavaScript', () => {
    fc.assert(
      fc.property(fc.double(), fc.constantFrom('number', 'integer', 'percent', 'bytes', 'duration-ms'), (value, format) => {
        for (const shown of [formatNumber(value, format), formatTick(value, 0.1)])
          expect(shown).not.toMatch(/NaN|Infinity|undefined|e\+|e-|^−0(\.0+)?%?$/);
      }),
      RUNS,
    );
  });

  it('keep their order of size in a column', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 2, maxLength: 20 }), (values) => {
        const sorted = [...values].sort((a, b) => a - b);
        const read = sorted.map(columnFormatter(sorted)).map((shown) => Number(shown.replaceAll(',', '').replace('−', '-')));
        expect(read).toEqual([...read].sort((a, b) => a - b));
      }),
      RUNS,
    );
  });
});
