/** Shares of a whole as one bar, each part named below it: rows per split, decisions per class. */
import type { Figure } from '../blocks.ts';
import { cutMiddle } from '../escape.ts';
import { formatNumber, plural } from '../format.ts';
import { type Drawn, draw, drawing, group, isDrawable, label } from './draw.ts';
import { type FigureOptions, named, sentenceFigure, textWidth } from './plot.ts';
import type { SafeSvg } from './safe-svg.ts';

type StackedBar = Extract<Figure, { readonly form: 'stacked-bar' }>;

const MAX_PARTS = 8;
const HEIGHT = 22;

export function stackedBar(figure: StackedBar, options: FigureOptions): SafeSvg {
  const parts = fold(figure.parts.filter((p) => isDrawable(p.value) && p.value > 0));
  const total = parts.reduce((sum, p) => sum + p.value, 0);
  if (total === 0) return sentenceFigure(figure, options, 'There is nothing to share out.');
  const { width } = options;
  const drawn: Drawn[] = [];
  let x = 0;
  let legendX = 0;
  let legendY = HEIGHT + 20;
  parts.forEach((part, i) => {
    const share = part.value / total;
    const size = share * width;
    drawn.push(group(`part k${i}`, [draw('rect', { x, y: 0, width: Math.max(0.5, size - 1.5), height: HEIGHT, rx: size > 6 ? 2 : 0 })]));
    const text = `${cutMiddle(part.label, 26)}  ${formatNumber(part.value)} · ${formatNumber(share, 'percent')}`;
    const space = 16 + textWidth(text) + 18;
    if (legendX > 0 && legendX + space > width) {
      legendX = 0;
      legendY += 17;
    }
    drawn.push(
      group(`part k${i}`, [draw('rect', { x: legendX, y: legendY - 9, width: 10, height: 10, rx: 2 })]),
      label(legendX + 16, legendY, 'key', text),
    );
    x += size;
    legendX += space;
  });
  return drawing({ ...named(figure, options), width, height: legendY + 8 }, drawn);
}

/** More parts than there are shades: the smallest become one. */
function fold(parts: StackedBar['parts']): StackedBar['parts'] {
  if (parts.length <= MAX_PARTS) return parts;
  const kept = new Set([...parts].sort((a, b) => b.value - a.value).slice(0, MAX_PARTS - 1));
  const rest = parts.filter((p) => !kept.has(p));
  return [...parts.filter((p) => kept.has(p)), { label: plural(rest.length, 'other'), value: rest.reduce((sum, p) => sum + p.value, 0) }];
}
