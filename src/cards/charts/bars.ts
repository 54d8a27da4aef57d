/** Named values as horizontal bars from zero, with error bars where an interval is known. */
import { scaleLinear } from 'd3-scale';
import type { Figure } from '../blocks.ts';
import { cutMiddle } from '../escape.ts';
import { formatNumber, plural } from '../format.ts';
import { type Drawn, draw, drawing, isDrawable, label, path } from './draw.ts';
import { cutToWidth, type FigureOptions, named, sentenceFigure, textWidth } from './plot.ts';
import type { SafeSvg } from './safe-svg.ts';

type Bars = Extract<Figure, { readonly form: 'bars' }>;

const MAX_BARS = 40;
const ROW = 22;

export function bars(figure: Bars, options: FigureOptions): SafeSvg {
  const finite = figure.bars.filter((b) => isDrawable(b.value));
  if (finite.length === 0) return sentenceFigure(figure, options, 'There are no values to draw.');
  const shown = finite.slice(0, MAX_BARS);
  const left = figure.bars.length - shown.length;
  const rows = shown.map((b) => ({
    ...b,
    name: cutMiddle(b.label, options.width > 400 ? 30 : 18),
    text: formatNumber(b.value, figure.format),
  }));
  const nameWidth = Math.max(...rows.map((b) => textWidth(b.name))) + 8;
  const textSpace = Math.max(...rows.map((b) => textWidth(b.text))) + 10;
  const from = nameWidth;
  const to = Math.max(from + 40, options.width - textSpace);
  const ends = rows.flatMap((b) => [b.value, ...whisker(b)]);
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const x = scaleLinear([low, low === high ? low + 1 : high], [from, to]);

  const drawn: Drawn[] = [];
  rows.forEach((b, i) => {
    const middle = i * ROW + ROW / 2;
    const start = Math.min(x(0), x(b.value));
    const size = Math.abs(x(b.value) - x(0));
    drawn.push(
      label(from - 8, middle + 4, 'name', b.name, 'end'),
      draw('rect', { class: b.value < 0 ? 'bar less' : 'bar', x: start, y: middle - 7, width: Math.max(0.8, size), height: 14 }),
    );
    const [a, z] = whisker(b);
    if (a !== undefined && z !== undefined)
      drawn.push(
        draw('path', {
          class: 'whisker',
          d: path('M', x(a), middle, 'H', x(z), 'M', x(a), middle - 3, 'v', 6, 'M', x(z), middle - 3, 'v', 6),
        }),
      );
    drawn.push(label(Math.max(x(b.value), x(z ?? 0), x(0)) + 6, middle + 4, 'value', b.text));
  });
  const height = rows.length * ROW;
  drawn.push(draw('path', { class: 'base', d: path('M', x(0), 0, 'V', height) }));
  let bottom = height + 4;
  if (figure.xLabel !== undefined) {
    bottom += 14;
    drawn.push(label(from, bottom, 'axis', cutToWidth(figure.xLabel, options.width - from)));
  }
  if (left > 0) {
    bottom += 15;
    drawn.push(label(0, bottom, 'axis', `${plural(left, 'more value')} not drawn`));
  }
  return drawing({ ...named(figure, options), width: options.width, height: bottom + 6 }, drawn);
}

function whisker(bar: Bars['bars'][number]): readonly number[] {
  return bar.low !== undefined && bar.high !== undefined && isDrawable(bar.low) && isDrawable(bar.high) ? [bar.low, bar.high] : [];
}
