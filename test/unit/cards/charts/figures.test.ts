import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../../src/cards/blocks.ts';
import { coordinate, MAX_MARKS, path } from '../../../../src/cards/charts/draw.ts';
import { drawFigure } from '../../../../src/cards/charts/figure.ts';
import { intervalDomain, intervalDot } from '../../../../src/cards/charts/interval-dot.ts';
import { SafeSvg } from '../../../../src/cards/charts/safe-svg.ts';
import { sparkline } from '../../../../src/cards/charts/sparkline.ts';
import { stepsGraph } from '../../../../src/cards/charts/steps-graph.ts';
import { HOSTILE } from '../../../support/card-fixtures.ts';
import { readTags } from '../../../support/html.ts';

const frame = { title: 'T', description: 'D' };
const draw = (figure: Figure, width = 200): string => SafeSvg.markupOf(drawFigure(figure, { id: 'f', width }));
/** The drawing without its frame of title and description, a mark a line. */
const marks = (figure: Figure, width?: number): string => lines(draw(figure, width));
const lines = (markup: string): string =>
  markup
    .replace(/^.*?<g aria-hidden="true">/, '')
    .replace(/<\/g><\/svg>$/, '')
    .replaceAll('><', '>\n<');
const words = (figure: Figure): string => [...draw(figure).matchAll(/<text[^>]*>([^<]*)/g)].map((m) => m[1]).join(' ');
const count = (markup: string): number => (markup.match(/<(rect|path|circle|line|text)\b/g) ?? []).length;

describe('every drawing', () => {
  it('is named for screen readers and hides its marks from them', () => {
    const markup = draw({ form: 'stacked-bar', title: '<b>', description: '"d"', parts: [{ label: 'a', value: 1 }] });
    expect(markup.slice(0, markup.indexOf('<rect'))).toBe(
      '<svg class="chart" viewBox="0 0 200 50" width="200" height="50" role="img" aria-labelledby="f-t f-d"><title id="f-t">&lt;b&gt;</title><desc id="f-d">&quot;d&quot;</desc><g aria-hidden="true"><g class="part k0">',
    );
  });

  it('writes coordinates to one decimal and refuses others', () => {
    expect([1 / 3, -0.04, 12, 1e-9].map(coordinate)).toEqual(['0.3', '0', '12', '0']);
    expect(() => coordinate(Number.NaN)).toThrow(new RangeError('a coordinate must be finite; found NaN'));
    expect(path('M', 0, -1.25, 'H', 3.1234, 'l', 1, 2)).toBe('M0-1.2H3.1l1 2');
  });
});

describe('histogram', () => {
  const one = (edges: number[], counts: number[]): Figure => ({ form: 'histogram', ...frame, edges, series: [{ label: 's', counts }] });

  it('draws a bar a bin', () => {
    expect(marks({ ...one([0, 1, 2, 3], [1, 4, 0]), xLabel: 'x', yLabel: 'Rows' })).toMatchInlineSnapshot(`
      "<path class="grid" d="M33 105H190M33 80.8H190M33 56.5H190M33 32.3H190M33 8H190"/>
      <text class="tick end" x="27" y="108.5">0</text>
      <text class="tick end" x="27" y="84.3">1</text>
      <text class="tick end" x="27" y="60">2</text>
      <text class="tick end" x="27" y="35.8">3</text>
      <text class="tick end" x="27" y="11.5">4</text>
      <text class="tick middle" x="33" y="120">0</text>
      <text class="tick middle" x="85.3" y="120">1</text>
      <text class="tick middle" x="137.7" y="120">2</text>
      <text class="tick middle" x="190" y="120">3</text>
      <text class="axis middle" x="111.5" y="136">x</text>
      <text class="axis middle" transform="translate(11 56.5)rotate(-90)">Rows</text>
      <rect class="bar" x="33" y="80.8" width="51.3" height="24.3"/>
      <rect class="bar" x="85.3" y="8" width="51.3" height="97"/>
      <path class="base" d="M33 105H190"/>"
    `);
  });

  it('overlays several series as outlines, as shares when asked', () => {
    const figure: Figure = {
      form: 'histogram',
      ...frame,
      edges: [0, 1, 2],
      series: [
        { label: 'a', counts: [1, 3] },
        { label: 'b', counts: [100, 300] },
      ],
      normalise: 'series',
    };
    const outlines = [...draw(figure).matchAll(/<path class="step k\d" d="([^"]*)"/g)].map((m) => m[1]);
    expect(outlines).toHaveLength(2);
    expect(outlines[0]).toBe(outlines[1]);
    expect(words(figure)).toContain('0% 20% 40% 60% 80%');
  });

  it('merges more bins than can be seen, and loses no row', () => {
    const figure = one(
      Array.from({ length: 1001 }, (_, i) => i),
      Array.from({ length: 1000 }, () => 1),
    );
    expect(draw(figure).match(/class="bar"/g)).toHaveLength(112);
    expect(words(figure)).toContain('0 2 4 6 8 10');
  });

  it('says in words what cannot be drawn', () => {
    expect(words(one([], []))).toBe('There are no values to draw.');
    expect(words(one([0, 1], [0]))).toBe('There are no values to draw.');
    expect(words(one([5, 5], [1234]))).toBe('All 1,234 values are 5.');
    expect(words(one([0, 1, 2], [3]))).toBe('The bins do not fit together, so they are not drawn.');
  });
});

describe('line', () => {
  const curve = (points: [number, number][]): Figure => ({ form: 'line', ...frame, series: [{ label: 's', points, role: 'model' }] });

  it('draws curves, roles, mark and legend', () => {
    expect(
      marks({
        form: 'line',
        ...frame,
        xDomain: [0, 1],
        yDomain: [0, 1],
        series: [
          {
            label: 'model',
            points: [
              [0, 0],
              [0.25, 0.75],
              [1, 1],
            ],
            role: 'model',
          },
          {
            label: 'champion',
            points: [
              [0, 0],
              [1, 1],
            ],
            role: 'reference',
          },
        ],
        mark: { x: 0.5, label: 'cut' },
      }),
    ).toMatchInlineSnapshot(`
      "<path class="grid" d="M28 141H190M28 117.6H190M28 94.2H190M28 70.8H190M28 47.4H190M28 24H190"/>
      <text class="tick end" x="22" y="144.5">0</text>
      <text class="tick end" x="22" y="121.1">0.2</text>
      <text class="tick end" x="22" y="97.7">0.4</text>
      <text class="tick end" x="22" y="74.3">0.6</text>
      <text class="tick end" x="22" y="50.9">0.8</text>
      <text class="tick end" x="22" y="27.5">1</text>
      <text class="tick middle" x="28" y="156">0</text>
      <text class="tick middle" x="109" y="156">0.5</text>
      <text class="tick middle" x="190" y="156">1</text>
      <path class="mark" d="M109 24V141"/>
      <text class="mark-label" x="114" y="34">cut</text>
      <path class="line model" d="M28,141L68.5,53.3L190,24"/>
      <path class="line reference" d="M28,141L190,24"/>
      <path class="base" d="M28 141H190"/>
      <g class="line model">
      <path d="M0 6.5h16"/>
      </g>
      <text class="key" x="21" y="10">model</text>
      <g class="line reference">
      <path d="M67 6.5h16"/>
      </g>
      <text class="key" x="88" y="10">champion</text>"
    `);
  });

  it('leaves out points that are not finite', () => {
    expect(
      draw(
        curve([
          [0, 1],
          [1, Number.NaN],
          [2, 3],
        ]),
      ),
    ).toBe(
      draw(
        curve([
          [0, 1],
          [2, 3],
        ]),
      ),
    );
  });

  it('thins a long curve and keeps its peak', () => {
    const points = Array.from({ length: 100_000 }, (_, i): [number, number] => [i, i === 70_001 ? 50 : Math.sin(i)]);
    const markup = draw({ ...curve(points), yDomain: [-1, 50] } as Figure);
    expect(markup.length).toBeLessThan(8000);
    expect(markup).toContain(',8L');
  });

  it('says in words what cannot be drawn', () => {
    expect(words(curve([]))).toBe('There are no points to draw.');
    expect(words(curve([[3, 0.5]]))).toBe('There is one point: 0.5 at 3.');
  });

  it('draws a constant', () => {
    expect(
      words(
        curve([
          [0, 5],
          [10, 5],
        ]),
      ),
    ).toContain('4.8 5 5.2');
  });
});

describe('density', () => {
  const grid = (cells: [number, number, number][]): Figure => ({
    form: 'density',
    ...frame,
    cells: cells.map(([x, y, n]) => ({ x, y, count: n })),
    cellWidth: 1,
    cellHeight: 1,
    identity: true,
  });

  it('shades cells by count, one path a shade', () => {
    expect(
      marks(
        grid([
          [0.5, 0.5, 100],
          [1.5, 0.5, 1],
          [1.5, 1.5, 100],
        ]),
      ),
    ).toMatchInlineSnapshot(`
      "<path class="grid" d="M28 125H190M28 95.8H190M28 66.5H190M28 37.3H190M28 8H190"/>
      <text class="tick end" x="22" y="128.5">0</text>
      <text class="tick end" x="22" y="99.3">0.5</text>
      <text class="tick end" x="22" y="70">1</text>
      <text class="tick end" x="22" y="40.8">1.5</text>
      <text class="tick end" x="22" y="11.5">2</text>
      <text class="tick middle" x="28" y="140">0</text>
      <text class="tick middle" x="68.5" y="140">0.5</text>
      <text class="tick middle" x="109" y="140">1</text>
      <text class="tick middle" x="149.5" y="140">1.5</text>
      <text class="tick middle" x="190" y="140">2</text>
      <path class="cell q2" d="M109 66.5H190V125H109z"/>
      <path class="cell q8" d="M28 66.5H109V125H28zM109 8H190V66.5H109z"/>
      <path class="guide" d="M28 125L190 8"/>
      <path class="base" d="M28 125H190"/>"
    `);
  });

  it('coarsens more cells than can be seen', () => {
    const markup = draw(grid(Array.from({ length: 10_000 }, (_, i) => [i % 100, Math.floor(i / 100), 1])));
    expect((markup.match(/z/g) ?? []).length).toBeLessThanOrEqual(MAX_MARKS - 40);
  });

  it('draws the line of zero', () => {
    expect(
      draw({
        ...grid([
          [0, 5, 1],
          [3, 6, 1],
        ]),
        identity: false,
        zeroLine: true,
      } as Figure),
    ).toContain('class="guide"');
  });

  it('says in words what cannot be drawn', () => {
    expect(words(grid([]))).toBe('There are no points to draw.');
    expect(words(grid([[3, 4, 10]]))).toBe('All points lie near (3, 4).');
  });
});

describe('bars', () => {
  it('draws bars from zero with their intervals', () => {
    expect(
      marks({
        form: 'bars',
        ...frame,
        bars: [
          { label: 'a', value: 2, low: 1, high: 3 },
          { label: 'b', value: -1 },
        ],
      }),
    ).toMatchInlineSnapshot(`
      "<text class="name end" x="7" y="15">a</text>
      <rect class="bar" x="54.8" y="4" width="79.5" height="14"/>
      <path class="whisker" d="M94.5 11H174M94.5 8v6M174 8v6"/>
      <text class="value" x="180" y="15">2</text>
      <text class="name end" x="7" y="37">b</text>
      <rect class="bar less" x="15" y="26" width="39.8" height="14"/>
      <text class="value" x="60.8" y="37">−1</text>
      <path class="base" d="M54.8 0V44"/>"
    `);
  });

  it('stops at forty and says so', () => {
    const figure: Figure = {
      form: 'bars',
      ...frame,
      bars: Array.from({ length: 300 }, (_, i) => ({ label: `b${i}`, value: i, low: i - 1, high: i + 1 })),
    };
    expect(words(figure)).toContain('260 more values not drawn');
    expect(count(draw(figure))).toBeLessThanOrEqual(MAX_MARKS);
  });

  it('draws zeros and nothing', () => {
    expect(words({ form: 'bars', ...frame, bars: [{ label: 'a', value: 0 }] })).toBe('a 0');
    expect(words({ form: 'bars', ...frame, bars: [{ label: 'a', value: Number.NaN }] })).toBe('There are no values to draw.');
  });
});

describe('stacked bar', () => {
  it('shares out the width and folds small parts', () => {
    expect(
      words({
        form: 'stacked-bar',
        ...frame,
        parts: [
          { label: 'train', value: 75 },
          { label: 'test', value: 25 },
        ],
      }),
    ).toBe('train  75 · 75% test  25 · 25%');
    expect(
      words({ form: 'stacked-bar', ...frame, parts: Array.from({ length: 30 }, (_, i) => ({ label: `p${i}`, value: 30 - i })) }),
    ).toContain('23 others  276 · 59.4%');
    expect(words({ form: 'stacked-bar', ...frame, parts: [{ label: 'a', value: 0 }] })).toBe('There is nothing to share out.');
  });
});

describe('heat map', () => {
  const map = (size: number, value: (r: number, c: number) => number): Figure => {
    const names = Array.from({ length: size }, (_, i) => `c${i}`);
    return {
      form: 'heat-map',
      ...frame,
      rows: names,
      columns: names,
      values: names.map((_, r) => names.map((__, c) => value(r, c))),
      normalise: 'row',
    };
  };

  it('draws shares and counts', () => {
    expect(
      marks(
        map(
          2,
          (r, c) =>
            [
              [90, 10],
              [0, 4],
            ][r]?.[c] ?? 0,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "<text class="name middle" x="66" y="12">c0</text>
      <text class="name middle" x="154" y="12">c1</text>
      <text class="name end" x="14" y="48">c0</text>
      <text class="name end" x="14" y="100">c1</text>
      <rect class="heat h9" x="22.8" y="18.8" width="86.4" height="50.4" rx="3"/>
      <text class="cell-value on middle" x="66" y="42.5">90%</text>
      <text class="cell-note on middle" x="66" y="55">90</text>
      <rect class="heat h1" x="110.8" y="18.8" width="86.4" height="50.4" rx="3"/>
      <text class="cell-value off middle" x="154" y="42.5">10%</text>
      <text class="cell-note off middle" x="154" y="55">10</text>
      <rect class="heat h0" x="22.8" y="70.8" width="86.4" height="50.4" rx="3"/>
      <text class="cell-value off middle" x="66" y="94.5">0%</text>
      <text class="cell-note off middle" x="66" y="107">0</text>
      <rect class="heat h10" x="110.8" y="70.8" width="86.4" height="50.4" rx="3"/>
      <text class="cell-value on middle" x="154" y="94.5">100%</text>
      <text class="cell-note on middle" x="154" y="107">4</text>"
    `);
  });

  it('drops numbers, then folds classes, to stay readable', () => {
    for (const size of [9, 12, 17, 60])
      expect(
        count(
          draw(
            map(size, (r, c) => r + c),
            640,
          ),
        ),
      ).toBeLessThanOrEqual(MAX_MARKS);
    expect(words(map(60, (r) => r))).toContain('44 others');
  });

  it('says in words what cannot be drawn', () => {
    expect(words(map(0, () => 0))).toBe('There are no rows and columns to draw.');
    expect(words(map(2, () => 0))).toBe('Every cell is empty.');
  });
});

describe('calibration', () => {
  it('draws whiskers, points and the rows of each bin', () => {
    expect(
      marks({
        form: 'calibration',
        ...frame,
        bins: [
          { predicted: 0.25, observed: 0.2, low: 0.1, high: 0.3, count: 10 },
          { predicted: 0.75, observed: 0.8, low: 0.7, high: 0.9, count: 20 },
        ],
      }),
    ).toMatchInlineSnapshot(`
      "<path class="grid" d="M28 125H190M28 101.6H190M28 78.2H190M28 54.8H190M28 31.4H190M28 8H190"/>
      <text class="tick end" x="22" y="128.5">0</text>
      <text class="tick end" x="22" y="105.1">0.2</text>
      <text class="tick end" x="22" y="81.7">0.4</text>
      <text class="tick end" x="22" y="58.3">0.6</text>
      <text class="tick end" x="22" y="34.9">0.8</text>
      <text class="tick end" x="22" y="11.5">1</text>
      <text class="tick middle" x="28" y="140">0</text>
      <text class="tick middle" x="109" y="140">0.5</text>
      <text class="tick middle" x="190" y="140">1</text>
      <path class="rug" d="M61.5 125v-12.9h14v12.9zM142.5 125v-25.7h14v25.7z"/>
      <path class="guide" d="M28 125L190 8"/>
      <path class="whisker" d="M68.5 113.3V89.9M149.5 43.1V19.7"/>
      <path class="line model" d="M68.5 101.6L149.5 31.4"/>
      <circle class="dot model" cx="68.5" cy="101.6" r="2.6"/>
      <circle class="dot model" cx="149.5" cy="31.4" r="2.6"/>
      <path class="base" d="M28 125H190"/>"
    `);
  });

  it('says in words what cannot be drawn', () => {
    expect(words({ form: 'calibration', ...frame, bins: [] })).toBe('There are no bins to draw.');
  });
});

describe('graphics in cells', () => {
  it('draws a dot with its interval and limit', () => {
    const cell = { low: 1, value: 2, high: 3, limit: 5 };
    expect(intervalDomain([cell])).toEqual([0.52, 5.48]);
    const svg = intervalDot(cell, { domain: [0, 6] });
    expect(svg && SafeSvg.markupOf(svg)).toMatchInlineSnapshot(
      `"<svg class="interval plain" viewBox="0 0 132 18" width="132" height="18" aria-hidden="true"><path class="track" d="M2 9H130"/><path class="span" d="M25.3 9H66"/><path class="limit" d="M106.7 2V16"/><circle class="dot" cx="45.7" cy="9" r="3.2"/></svg>"`,
    );
    expect(intervalDot({ ...cell, low: Number.NaN }, { domain: [0, 6] })).toBeUndefined();
  });

  it('draws a distribution as one outline', () => {
    const svg = sparkline([0, 2, 4, 0]);
    expect(svg && SafeSvg.markupOf(svg)).toMatchInlineSnapshot(
      `"<svg class="spark" viewBox="0 0 92 20" width="92" height="20" role="img" aria-label="distribution over 4 bins, highest in bin 3"><path class="bar" d="M0 19H23V10H46V1H69V19H92V19z"/></svg>"`,
    );
    expect(sparkline([0, 0])).toBeUndefined();
    expect(sparkline([])).toBeUndefined();
    expect(SafeSvg.markupOf(sparkline(Array.from({ length: 5000 }, (_, i) => i))).length).toBeLessThan(600);
  });
});

describe('graph of the steps', () => {
  it('lays steps out by what they need', () => {
    const svg = stepsGraph(
      [
        { name: 'ingest', state: 'fresh', durationMs: 4, reason: 'nothing changed', needs: [] },
        { name: 'left', state: 'run', summary: 'ok', needs: ['ingest'] },
        { name: 'right', state: 'failed', needs: ['ingest'] },
        { name: 'end', state: 'blocked', reason: 'right failed', needs: ['left', 'right'] },
      ],
      { id: 'g' },
    );
    const markup = SafeSvg.markupOf(svg);
    expect(markup).toContain('<desc id="g-d">4 steps: 1 fresh, 1 run, 1 failed, 1 blocked. The table below lists them.</desc>');
    expect(lines(markup)).toMatchInlineSnapshot(`
      "<path class="edge" d="M162.5 29.5C178.5 29.5 178.5 29.5 193.5 29.5M189.5 26L193.5 29.5L189.5 33M162.5 29.5C178.5 29.5 178.5 101.5 193.5 101.5M189.5 98L193.5 101.5L189.5 105M356.5 29.5C372.5 29.5 372.5 29.5 387.5 29.5M383.5 26L387.5 29.5L383.5 33M356.5 101.5C372.5 101.5 372.5 29.5 387.5 29.5M383.5 26L387.5 29.5L383.5 33"/>
      <g class="node fresh">
      <rect class="box" x="0.5" y="0.5" width="162" height="58" rx="5"/>
      <text class="icon plain" x="10.5" y="21.5">↺</text>
      <text class="step-name" x="26.5" y="21.5">ingest</text>
      <text class="step-note end" x="153.5" y="21.5">4 ms</text>
      <text class="step-note" x="10.5" y="42.5">fresh · nothing changed</text>
      </g>
      <g class="node run">
      <rect class="box" x="194.5" y="0.5" width="162" height="58" rx="5"/>
      <text class="icon good" x="204.5" y="21.5">✓</text>
      <text class="step-name" x="220.5" y="21.5">left</text>
      <text class="step-note" x="204.5" y="42.5">run · ok</text>
      </g>
      <g class="node failed">
      <rect class="box" x="194.5" y="72.5" width="162" height="58" rx="5"/>
      <text class="icon bad" x="204.5" y="93.5">✕</text>
      <text class="step-name" x="220.5" y="93.5">right</text>
      <text class="step-note" x="204.5" y="114.5">failed</text>
      </g>
      <g class="node blocked">
      <rect class="box" x="388.5" y="0.5" width="162" height="58" rx="5"/>
      <text class="icon plain" x="398.5" y="21.5">⊘</text>
      <text class="step-name" x="414.5" y="21.5">end</text>
      <text class="step-note" x="398.5" y="42.5">blocked · right failed</text>
      </g>"
    `);
  });

  it('does not hang on a cycle, and leaves crowds to the table', () => {
    expect(
      stepsGraph(
        [
          { name: 'a', state: 'run', needs: ['b'] },
          { name: 'b', state: 'run', needs: ['a'] },
        ],
        { id: 'g' },
      ),
    ).toBeInstanceOf(SafeSvg);
    expect(
      stepsGraph(
        Array.from({ length: 49 }, (_, i) => ({ name: `s${i}`, state: 'run' as const, needs: [] })),
        { id: 'g' },
      ),
    ).toBeUndefined();
    expect(stepsGraph([], { id: 'g' })).toBeUndefined();
  });
});

describe('hostile labels', () => {
  it.each(HOSTILE)('draws %j as text', (name) => {
    const hostile = { title: name, description: name, xLabel: name, yLabel: name };
    const figures: Figure[] = [
      {
        form: 'histogram',
        ...hostile,
        edges: [0, 1],
        series: [
          { label: name, counts: [1] },
          { label: name, counts: [1] },
        ],
      },
      {
        form: 'line',
        ...hostile,
        series: [
          {
            label: name,
            points: [
              [0, 1],
              [1, 2],
            ],
          },
        ],
        mark: { x: 0, label: name },
      },
      { form: 'bars', ...hostile, bars: [{ label: name, value: 1 }] },
      { form: 'stacked-bar', ...hostile, parts: [{ label: name, value: 1 }] },
      { form: 'heat-map', ...hostile, rows: [name], columns: [name], values: [[1]] },
    ];
    for (const figure of figures) {
      const names = readTags(draw(figure)).map((tag) => tag.name);
      expect(names.filter((tag) => !['svg', 'title', 'desc', 'g', 'path', 'rect', 'circle', 'text'].includes(tag))).toEqual([]);
    }
  });
});
