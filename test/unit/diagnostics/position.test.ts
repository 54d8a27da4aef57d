import { describe, expect, it } from 'vitest';
import { lineOfSpan, positionOf } from '../../../src/diagnostics/position.ts';

const span = (start: number, end = start): { file: string; start: number; end: number } => ({ file: 'f', start, end });

describe('positionOf', () => {
  it('counts lines and columns from 1', () => {
    const text = 'ab\ncd\n';
    expect([0, 1, 2, 3, 4, 5, 6].map((at) => positionOf(text, span(at)))).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 2 },
      { line: 1, column: 3 },
      { line: 2, column: 1 },
      { line: 2, column: 2 },
      { line: 2, column: 3 },
      { line: 3, column: 1 },
    ]);
  });

  it('leaves a byte order mark and carriage returns out', () => {
    expect(lineOfSpan('\ufeffab: 1\r\ncd: 2\r\n', span(1, 3))).toEqual({ line: 1, column: 1, text: 'ab: 1', from: 0, to: 2 });
    expect(lineOfSpan('\ufeffab: 1\r\ncd: 2\r\n', span(6, 7))).toEqual({ line: 1, column: 6, text: 'ab: 1', from: 5, to: 5 });
    expect(lineOfSpan('\ufeffab: 1\r\ncd: 2\r\n', span(12, 13))).toEqual({ line: 2, column: 5, text: 'cd: 2', from: 4, to: 5 });
  });

  it('cuts a span at the end of its first line', () => {
    expect(lineOfSpan('key:\n  - 1\n  - 2\n', span(0, 16))).toEqual({ line: 1, column: 1, text: 'key:', from: 0, to: 4 });
  });

  it.each([-5, 99, Number.NaN, Number.POSITIVE_INFINITY])('stays inside the text for %d', (at) => {
    const found = lineOfSpan('ab\ncd', span(at, at));
    expect(found.from).toBeLessThanOrEqual(found.text.length);
    expect(found.line).toBeGreaterThanOrEqual(1);
  });
});
