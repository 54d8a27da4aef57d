/**
 * SVG elements as values. Text goes through `esc`, coordinates are written to one decimal and must be
 * finite, and styling is by class alone, because the card's content security policy forbids inline styles.
 */
import { esc } from '../escape.ts';
import { SafeSvg } from './safe-svg.ts';

/** A drawn element and how many marks it holds. */
export interface Drawn {
  readonly markup: string;
  readonly marks: number;
}

/** More marks than this are unreadable, slow and large: charts aggregate or thin before they draw. */
export const MAX_MARKS = 400;

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export function draw(name: 'path' | 'rect' | 'circle' | 'line', attributes: Attributes): Drawn {
  return { markup: `<${name}${write(attributes)}/>`, marks: 1 };
}

export function label(x: number, y: number, className: string, text: string, anchor?: 'middle' | 'end'): Drawn {
  const classes = anchor === undefined ? className : `${className} ${anchor}`.trim();
  return { markup: `<text${write({ class: classes === '' ? undefined : classes, x, y })}>${esc(text)}</text>`, marks: 1 };
}

/** A label that reads upwards along a vertical axis. */
export function verticalLabel(x: number, y: number, className: string, text: string): Drawn {
  const at = `translate(${coordinate(x)} ${coordinate(y)})rotate(-90)`;
  return { markup: `<text${write({ class: `${className} middle`, transform: at })}>${esc(text)}</text>`, marks: 1 };
}

/** A label that begins at its place and reads upwards from there. */
export function uprightLabel(x: number, y: number, className: string, text: string): Drawn {
  const at = `translate(${coordinate(x)} ${coordinate(y)})rotate(-90)`;
  return { markup: `<text${write({ class: className, transform: at })}>${esc(text)}</text>`, marks: 1 };
}

export function group(className: string, children: readonly Drawn[]): Drawn {
  return {
    markup: `<g class="${esc(className)}">${children.map((c) => c.markup).join('')}</g>`,
    marks: children.reduce((n, c) => n + c.marks, 0),
  };
}

export interface DrawingOptions {
  /** Unique in the document: `<id>-t` and `<id>-d` name the title and the description. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly className?: string;
}

/** A figure that screen readers announce by its title and finding; its marks are hidden from them. */
export function drawing(options: DrawingOptions, children: readonly Drawn[]): SafeSvg {
  const { id, title, description, width, height } = options;
  const size = { viewBox: `0 0 ${coordinate(width)} ${coordinate(height)}`, width, height };
  const root = write({ class: options.className ?? 'chart', ...size, role: 'img', 'aria-labelledby': `${id}-t ${id}-d` });
  const names = `<title id="${esc(id)}-t">${esc(title)}</title><desc id="${esc(id)}-d">${esc(description)}</desc>`;
  return new SafeSvg(`<svg${root}>${names}<g aria-hidden="true">${children.map((c) => c.markup).join('')}</g></svg>`);
}

/** A graphic inside a table cell. Without a name it is decoration beside the same numbers as text. */
export function cellDrawing(
  className: string,
  width: number,
  height: number,
  name: string | undefined,
  children: readonly Drawn[],
): SafeSvg {
  const size = { viewBox: `0 0 ${coordinate(width)} ${coordinate(height)}`, width, height };
  const role: Attributes = name === undefined ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': name };
  return new SafeSvg(`<svg${write({ class: className, ...size, ...role })}>${children.map((c) => c.markup).join('')}</svg>`);
}

/** Whether a number of the data can be placed: beyond these sizes the arithmetic of scales overflows. */
export function isDrawable(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) < 1e150;
}

/** Whether two numbers are far enough apart for an axis between them. */
export function isApart(low: number, high: number): boolean {
  return high - low > Math.max(1e-150, Math.abs(low) * 1e-12, Math.abs(high) * 1e-12);
}

/** A number as a coordinate: one decimal, no `-0`. A chart that computes a non-finite one has a bug. */
export function coordinate(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`a coordinate must be finite; found ${value}`);
  const rounded = Math.round(value * 10) / 10;
  return String(rounded === 0 ? 0 : rounded);
}

/** The `d` of a path from commands and coordinates: `path('M', 0, 1, 'H', 5)`. */
export function path(...parts: readonly (string | number)[]): string {
  let d = '';
  let afterNumber = false;
  for (const part of parts) {
    if (typeof part === 'string') {
      d += part;
      afterNumber = false;
    } else {
      const text = coordinate(part);
      d += afterNumber && !text.startsWith('-') ? ` ${text}` : text;
      afterNumber = true;
    }
  }
  return d;
}

function write(attributes: Attributes): string {
  let text = '';
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    text += ` ${name}="${typeof value === 'number' ? coordinate(value) : esc(value)}"`;
  }
  return text;
}
