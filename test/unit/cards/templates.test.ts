import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SafeSvg } from '../../../src/cards/charts/safe-svg.ts';
import { sparkline } from '../../../src/cards/charts/sparkline.ts';

const cards = join(import.meta.dirname, '../../../src/cards');
const files = (readdirSync(cards, { recursive: true }) as string[])
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !file.startsWith('generated/'));
const read = (file: string): string => readFileSync(join(cards, file), 'utf8');
const templates = files.filter((file) => file.endsWith('.hbs'));
const sources = files.filter((file) => file.endsWith('.ts'));

describe('the templates', () => {
  it('exist', () => {
    expect(templates.length).toBeGreaterThan(10);
  });

  it.each(templates)('%s prints nothing unescaped but drawings, and prose that was escaped', (file) => {
    const source = read(file);
    expect((source.match(/\{\{\{[^}]*\}\}\}/g) ?? []).filter((exit) => !/^\{\{\{(?:svg|prose) [a-z]+\}\}\}$/.test(exit))).toEqual([]);
    expect(source).not.toContain('{{&');
  });

  it.each(templates)('%s quotes every attribute and has no script, style or handler', (file) => {
    const source = read(file);
    expect(source).not.toMatch(/=\{\{|<script|<style|\sstyle=|\son[a-z]+=|src=/);
  });
});

describe('the unescaped exit', () => {
  it('is built in one place', () => {
    expect(sources.filter((file) => read(file).includes('new SafeSvg('))).toEqual(['charts/draw.ts']);
    expect(sources.filter((file) => read(file).includes('SafeString'))).toEqual([]);
  });

  it('refuses what only looks like a drawing', () => {
    const copy = { markup: '<script>', '#markup': '<script>', toHTML: () => '<script>' };
    for (const value of ['<svg></svg>', copy, Object.create(SafeSvg.prototype), null, undefined, 1]) {
      expect(() => SafeSvg.markupOf(value)).toThrow(new TypeError('only a drawing of the charts folder may be printed unescaped'));
    }
    expect(SafeSvg.markupOf(sparkline([1]))).toMatch(/^<svg class="spark"/);
  });

  it('is reached without the compiler of templates', () => {
    expect(sources.filter((file) => /from 'handlebars'/.test(read(file)))).toEqual([]);
    expect(sources.filter((file) => read(file).includes("from 'handlebars/runtime.js'"))).toEqual(['page/render-template.ts']);
  });
});

describe('the palette', () => {
  const css = read('page/card.css');
  const pairs = new Map(
    [...css.matchAll(/--([a-z0-9-]+): light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)/g)].map((m) => [
      m[1] ?? '',
      [m[2] ?? '', m[3] ?? ''] as const,
    ]),
  );
  const contrast = (role: string, ground: string, theme: 0 | 1): number => {
    const [a = 0, b = 0] = [luminance(pairs.get(role)?.[theme] ?? ''), luminance(pairs.get(ground)?.[theme] ?? '')].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };

  it.each(['text', 'muted', 'faint', 'good', 'close', 'bad', 'champion'])(
    'text in %s reaches 4.5:1 on ground and panel in both themes',
    (role) => {
      for (const ground of ['ground', 'panel'])
        for (const theme of [0, 1] as const) expect(contrast(role, ground, theme)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each([
    ['bad', 'bad-tint'],
    ['good', 'good-tint'],
    ['close', 'close-tint'],
    ['text', 'bad-tint'],
    ['text', 'fill'],
    ['muted', 'fill'],
    ['muted', 'bad-tint'],
  ])('text in %s reaches 4.5:1 on %s', (role, ground) => {
    for (const theme of [0, 1] as const) expect(contrast(role, ground, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['model', 'other', 'hue-3', 'hue-4', 'hue-6', 'hue-7'])('marks in %s reach 3:1', (role) => {
    for (const theme of [0, 1] as const) expect(contrast(role, 'ground', theme)).toBeGreaterThanOrEqual(3);
  });
});

/** Relative luminance after WCAG 2.2. */
function luminance(hex: string): number {
  const full = hex.length === 4 ? [...hex.slice(1)].map((c) => c + c).join('') : hex.slice(1);
  const [r = 0, g = 0, b = 0] = [0, 2, 4]
    .map((i) => Number.parseInt(full.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
