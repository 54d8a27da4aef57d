/** A tiny histogram inside a table cell: one path, so that a profile of 300 columns stays small. */
import { cellDrawing, draw, isDrawable, path } from './draw.ts';
import type { SafeSvg } from './safe-svg.ts';

const WIDTH = 92;
const HEIGHT = 20;
const MAX_BARS = 46;

export function sparkline(counts: readonly number[]): SafeSvg | undefined {
  const by = Math.ceil(counts.length / MAX_BARS);
  const heights: number[] = [];
  counts.forEach((count, i) => {
    const at = Math.floor(i / by);
    heights[at] = (heights[at] ?? 0) + (isDrawable(count) && count > 0 ? count : 0);
  });
  const highest = Math.max(0, ...heights);
  if (highest === 0) return undefined;
  // Whole pixels and one outline keep a cell to about 150 bytes.
  const step = Math.max(1, Math.round(WIDTH / heights.length));
  const width = step * heights.length;
  const parts: (string | number)[] = ['M', 0, HEIGHT - 1];
  let at = 0;
  heights.forEach((count, i) => {
    const height = count === 0 ? 0 : Math.max(1, Math.round((count / highest) * (HEIGHT - 2)));
    if (height !== at) parts.push('V', HEIGHT - 1 - height);
    at = height;
    parts.push('H', (i + 1) * step);
  });
  const outline = path(...parts, 'V', HEIGHT - 1, 'z');
  const peak = heights.indexOf(highest) + 1;
  const name = heights.length === 1 ? 'one bin' : `distribution over ${heights.length} bins, highest in bin ${peak}`;
  return cellDrawing('spark', width, HEIGHT, name, [draw('path', { class: 'bar', d: outline })]);
}
