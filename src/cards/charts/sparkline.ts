/** A tiny histogram inside a table cell: one path, so that a profile of 300 columns stays small. */
import { cellDrawing, draw, path } from './draw.ts';
import type { SafeSvg } from './safe-svg.ts';

const WIDTH = 92;
const HEIGHT = 20;
const MAX_BARS = 46;

export function sparkline(counts: readonly number[]): SafeSvg | undefined {
  const by = Math.ceil(counts.length / MAX_BARS);
  const heights: number[] = [];
  counts.forEach((count, i) => {
    const at = Math.floor(i / by);
    heights[at] = (heights[at] ?? 0) + (Number.isFinite(count) && count > 0 ? count : 0);
  });
  const highest = Math.max(0, ...heights);
  if (highest === 0) return undefined;
  const step = WIDTH / heights.length;
  const size = Math.max(1, step - (step > 3 ? 1 : 0));
  const bars = heights.map((count, i) => {
    if (count === 0) return '';
    const height = Math.max(1, (count / highest) * (HEIGHT - 2));
    return path('M', i * step, HEIGHT - 1, 'v', -height, 'h', size, 'v', height, 'z');
  });
  const peak = heights.indexOf(highest) + 1;
  const name = heights.length === 1 ? 'one bin' : `distribution over ${heights.length} bins, highest in bin ${peak}`;
  return cellDrawing('spark', WIDTH, HEIGHT, name, [
    draw('path', { class: 'track', d: path('M', 0, HEIGHT - 0.5, 'H', WIDTH) }),
    draw('path', { class: 'bar', d: bars.join('') }),
  ]);
}
