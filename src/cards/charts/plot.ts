/**
 * The frame that plots with two axes share: margins from the widths of the labels, hairline grid,
 * ticks, axis names, legend, and the sentence that stands where there is nothing to draw.
 */
import { scaleLinear } from 'd3-scale';
import type { FigureFrame } from '../blocks.ts';
import { cutEnd, cutMiddle } from '../escape.ts';
import { formatTick } from '../format.ts';
import { type Drawn, draw, drawing, group, isApart, label, path, verticalLabel } from './draw.ts';
import type { SafeSvg } from './safe-svg.ts';

export interface FigureOptions {
  /** Unique in the document. */
  readonly id: string;
  /** Drawn width in CSS pixels: text is set for it. */
  readonly width: number;
}

export type Scale = (value: number) => number;

export interface Plot {
  readonly x: Scale;
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface PlotRequest {
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  readonly legend?: readonly LegendEntry[];
  /** Height over width of the plot area; by default about two thirds, less when wide. */
  readonly aspect?: number;
  /** Counts have no ticks between whole numbers. */
  readonly wholeY?: boolean;
  /** Shares read as percent. */
  readonly yFormat?: 'number' | 'percent';
  readonly marks: (plot: Plot) => readonly Drawn[];
}

export interface LegendEntry {
  readonly className: string;
  readonly label: string;
  readonly shape: 'line' | 'box';
}

/** About the width of a text at 11 px. Only an estimate: fonts are the reader's. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return Math.ceil(width);
}

function widthOf(character: string): number {
  if (/[il.,:;'|!\s]/.test(character)) return 4;
  if (/[A-ZMW%mw@—−+]/.test(character)) return 8.6;
  return character.charCodeAt(0) > 0x2e80 ? 11 : 6.8;
}

/** Draw a figure with a horizontal and a vertical axis. Domains must be finite and not empty. */
export function plotFigure(figure: FigureFrame, options: FigureOptions, request: PlotRequest): SafeSvg {
  const { width } = options;
  const legend = drawLegend(request.legend ?? [], width);
  const yTicks = ticksOf(request.yDomain, width > 400 ? 5 : 4, request.wholeY === true, request.yFormat);
  const left = (figure.yLabel === undefined ? 4 : 20) + Math.max(...yTicks.map((t) => textWidth(t.label))) + 6;
  const right = width - 10;
  const top = legend.height + 8;
  const bottom = top + Math.round((right - left) * (request.aspect ?? (width > 400 ? 0.4 : 0.62)));
  const height = bottom + (figure.xLabel === undefined ? 20 : 36);
  const x = scaleLinear(request.xDomain, [left, right]).clamp(true);
  const y = scaleLinear(request.yDomain, [bottom, top]).clamp(true);
  const xTicks = horizontalTicks(request.xDomain, x, right - left);

  const grid = yTicks.map((t) => path('M', left, y(t.value), 'H', right)).join('');
  const drawn: Drawn[] = [draw('path', { class: 'grid', d: grid })];
  for (const t of yTicks) drawn.push(label(left - 6, y(t.value) + 3.5, 'tick', t.label, 'end'));
  for (const t of xTicks) drawn.push(label(x(t.value), bottom + 15, 'tick', t.label, 'middle'));
  if (figure.xLabel !== undefined)
    drawn.push(label((left + right) / 2, bottom + 31, 'axis', cutToWidth(figure.xLabel, right - left), 'middle'));
  if (figure.yLabel !== undefined) drawn.push(verticalLabel(11, (top + bottom) / 2, 'axis', cutToWidth(figure.yLabel, bottom - top)));
  drawn.push(...request.marks({ x, y, left, right, top, bottom }));
  drawn.push(draw('path', { class: 'base', d: path('M', left, bottom, 'H', right) }), ...legend.drawn);
  return drawing({ ...named(figure, options), width, height }, drawn);
}

/** A figure that has nothing to draw says so in words, in the place of the plot. */
export function sentenceFigure(figure: FigureFrame, options: FigureOptions, sentence: string): SafeSvg {
  const width = Math.min(options.width, 372);
  const lines = wrap(sentence, width - 24);
  const drawn = [
    draw('rect', { class: 'empty', x: 0.5, y: 0.5, width: width - 1, height: 35 + lines.length * 15, rx: 4 }),
    ...lines.map((line, i) => label(12, 30 + i * 15, 'axis', line)),
  ];
  return drawing({ ...named(figure, options), width, height: 36 + lines.length * 15 }, drawn);
}

export function named(
  figure: FigureFrame,
  options: FigureOptions,
): { readonly id: string; readonly title: string; readonly description: string } {
  return { id: options.id, title: cutEnd(figure.title), description: cutEnd(figure.description, 1000) };
}

/** A legend above the plot, in as many lines as it needs; one entry needs none. */
export function drawLegend(entries: readonly LegendEntry[], width: number): { readonly drawn: readonly Drawn[]; readonly height: number } {
  if (entries.length < 2) return { drawn: [], height: 0 };
  const drawn: Drawn[] = [];
  let x = 0;
  let y = 10;
  for (const entry of entries) {
    const text = cutMiddle(entry.label, 28);
    const size = 22 + textWidth(text) + 12;
    if (x > 0 && x + size > width) {
      x = 0;
      y += 16;
    }
    const key =
      entry.shape === 'line'
        ? draw('path', { d: path('M', x, y - 3.5, 'h', 16) })
        : draw('rect', { x: x + 2, y: y - 8, width: 12, height: 9 });
    drawn.push(group(entry.className, [key]), label(x + 21, y, 'key', text));
    x += size;
  }
  return { drawn, height: y + 6 };
}

/** A domain that is safe to scale: a single value gets room on both sides. */
export function openDomain(low: number, high: number): readonly [number, number] {
  if (isApart(low, high)) return [low, high];
  const room = Math.abs(low) > 1e-150 ? Math.abs(low) * 0.1 : 1;
  return [low - room, high + room];
}

/** A domain widened to round numbers. */
export function niceDomain(low: number, high: number): readonly [number, number] {
  const [a = low, b = high] = scaleLinear().domain(openDomain(low, high)).nice(4).domain();
  return [a, b];
}

/** `text` cut to about `width` pixels at 11 px. */
export function cutToWidth(text: string, width: number): string {
  return cutMiddle(text, Math.max(3, Math.floor(width / 6.3)));
}

interface Tick {
  readonly value: number;
  readonly label: string;
}

function ticksOf(
  domain: readonly [number, number],
  count: number,
  whole: boolean,
  format: 'number' | 'percent' = 'number',
): readonly Tick[] {
  const all = scaleLinear(domain, [0, 1]).ticks(count);
  const values = whole ? all.filter((value) => Number.isInteger(value)) : all;
  const step = values.length > 1 ? Math.abs((values[1] ?? 0) - (values[0] ?? 0)) : Math.abs(domain[1] - domain[0]);
  return values.map((value) => ({
    value,
    label: format === 'percent' ? `${formatTick(value * 100, step * 100)}%` : formatTick(value, step),
  }));
}

/** As many ticks as have room for their labels. */
function horizontalTicks(domain: readonly [number, number], x: Scale, width: number): readonly Tick[] {
  for (let count = Math.max(2, Math.floor(width / 42)); count > 1; count--) {
    const ticks = ticksOf(domain, count, false);
    if (ticks.length > 0 && ticks.every((tick, i) => i === 0 || hasRoom(ticks[i - 1], tick, x))) return ticks;
  }
  return ticksOf(domain, 1, false).slice(0, 1);
}

function hasRoom(before: Tick | undefined, tick: Tick, x: Scale): boolean {
  if (before === undefined) return true;
  return x(tick.value) - x(before.value) >= (textWidth(tick.label) + textWidth(before.label)) / 2 + 10;
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].slice(0, 4).map((l) => cutToWidth(l, width * 1.15));
}
