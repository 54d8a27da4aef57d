/**
 * Diagnostics as text and as JSON. Pure: sources come from a function, colour from a palette that
 * may be absent; nothing is read and nothing is printed. Never throws, whatever the spans say.
 */
import { characterEdge } from '../schema/shortened.ts';
import type { DiagnosticCode } from './codes.ts';
import type { Diagnostic, Severity, Span } from './diagnostic.ts';
import { lineOfSpan, type SourceLine, type SourceOf } from './position.ts';
import { type Grapheme, graphemes, printable } from './text-width.ts';

type Paint = (text: string) => string;

/** Colours for the parts of a block. Every part is understood without them. */
export interface Palette {
  readonly error: Paint;
  readonly warning: Paint;
  readonly info: Paint;
  /** The message itself. */
  readonly strong: Paint;
  /** Gutter, arrows and line numbers. */
  readonly frame: Paint;
  readonly hint: Paint;
}

const asIs: Paint = (text) => text;
const PLAIN: Palette = { error: asIs, warning: asIs, info: asIs, strong: asIs, frame: asIs, hint: asIs };

/** What `--format json` gives for a diagnostic. Absent fields are `null`, so that readers see one shape. */
export interface DiagnosticJson {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly hint: string | null;
}

/** A text that is put together from more places than these names the others by their number. */
const MOST_RELATED = 8;

/** The full block, without a newline at its end. */
export function renderDiagnostic(diagnostic: Diagnostic, sourceOf: SourceOf, palette: Palette = PLAIN): string {
  const { code, severity, message, span, label, related = [], hint } = diagnostic;
  const lines = [`${palette[severity](`${severity}[${code}]`)}: ${palette.strong(oneLine(message))}`];
  const places = [
    ...(span === undefined ? [] : [{ place: locate(span, sourceOf), arrow: '-->', mark: '^', text: label, paint: palette[severity] }]),
    ...related.slice(0, MOST_RELATED).map((other) => ({
      place: locate(other.span, sourceOf),
      arrow: ':::',
      mark: '-',
      text: other.message,
      paint: palette.frame,
    })),
  ];
  const width = Math.max(1, ...places.map(({ place }) => String(place.at?.line ?? '').length));
  const gutter = ' '.repeat(width);
  for (const [index, { place, arrow, mark, text, paint }] of places.entries()) {
    if (index > 0) lines.push(palette.frame(`${gutter} |`));
    lines.push(`${palette.frame(`${gutter}${arrow}`)} ${address(place)}`);
    if (place.at === undefined) {
      if (text !== undefined) lines.push(`${palette.frame(`${gutter} =`)} ${oneLine(text)}`);
      continue;
    }
    const { source, padding, marks } = frame(place.at, mark);
    const says = text === undefined ? '' : ` ${oneLine(text)}`;
    lines.push(palette.frame(`${gutter} |`));
    lines.push(`${palette.frame(`${String(place.at.line).padStart(width)} |`)}${source === '' ? '' : ` ${source}`}`);
    lines.push(`${palette.frame(`${gutter} |`)} ${padding}${paint(`${marks}${says}`)}`);
  }
  const left = related.length - MOST_RELATED;
  if (left > 0) lines.push(palette.frame(`${gutter} = and ${left} more ${left === 1 ? 'place' : 'places'}`));
  if (hint !== undefined) {
    if (places.length > 0) lines.push('');
    lines.push(`${palette.hint('hint:')} ${hint.split('\n').map(printable).join('\n      ')}`);
  }
  return lines.join('\n');
}

/** All blocks in the given order, an empty line between them. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], sourceOf: SourceOf, palette: Palette = PLAIN): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, sourceOf, palette)).join('\n\n');
}

/** One line for editors and logs: `recipe.yaml:4:13 error[unknown-column] …`. */
export function renderConcise(diagnostic: Diagnostic, sourceOf: SourceOf): string {
  const { code, severity, message, span } = diagnostic;
  const where = span === undefined ? '' : `${address(locate(span, sourceOf))} `;
  return `${where}${severity}[${code}] ${oneLine(message)}`;
}

export function diagnosticToJson(diagnostic: Diagnostic, sourceOf: SourceOf): DiagnosticJson {
  const { code, severity, message, span, hint } = diagnostic;
  const at = span === undefined ? undefined : locate(span, sourceOf).at;
  return { code, severity, message, file: span?.file ?? null, line: at?.line ?? null, column: at?.column ?? null, hint: hint ?? null };
}

interface Place {
  readonly file: string;
  /** Absent when the text of the file is not at hand. */
  readonly at: SourceLine | undefined;
}

function locate(span: Span, sourceOf: SourceOf): Place {
  const source = sourceOf(span.file);
  return { file: span.file, at: source === undefined ? undefined : lineOfSpan(source, span) };
}

function address({ file, at }: Place): string {
  return at === undefined ? oneLine(file) : `${oneLine(file)}:${at.line}:${at.column}`;
}

function oneLine(text: string): string {
  return printable(text).replaceAll('\n', ' ');
}

/** More than this many graphemes and a line is shown in part, around what is marked. */
const LONGEST_LINE = 140;
const SHOWN_BEFORE = 60;
const SHOWN_AFTER = 70;
/** A longer line is not measured as a whole: so many UTF-16 units at each side of the mark are enough for what is shown. */
const LOOKED_AT = 500;

/**
 * The line and the marks below it. Tabs are copied into the padding, so that both lines shift alike
 * whatever the tab stops are; wide characters are padded with two blanks.
 */
function frame(at: SourceLine, mark: string): { readonly source: string; readonly padding: string; readonly marks: string } {
  const low = characterEdge(at.text, at.from - LOOKED_AT);
  const high = characterEdge(at.text, at.from + LOOKED_AT);
  const all = graphemes(printable(at.text.slice(low, high)));
  const [markFrom, markTo] = [at.from - low, at.to - low];
  const first = all.findIndex(({ end }) => end > markFrom);
  const start = first === -1 ? all.length : first;
  const past = all.findIndex((grapheme) => grapheme.start >= markTo);
  const stop = Math.max(start, past === -1 ? all.length : past);
  const from = all.length > LONGEST_LINE ? Math.max(0, start - SHOWN_BEFORE) : 0;
  const to = all.length > LONGEST_LINE ? Math.min(all.length, start + SHOWN_AFTER) : all.length;
  const head = low + from > 0 ? '…' : '';
  const tail = to < all.length || high < at.text.length ? '…' : '';
  const under = (part: readonly Grapheme[], fill: string): string =>
    part.map(({ text, width }) => (text === '\t' ? '\t' : fill.repeat(width))).join('');
  const marks = under(all.slice(start, Math.min(stop, to)), mark);
  return {
    source: `${head}${all
      .slice(from, to)
      .map(({ text }) => text)
      .join('')}${tail}`,
    padding: `${head === '' ? '' : ' '}${under(all.slice(from, start), ' ')}`,
    marks: marks.trim() === '' ? mark : marks,
  };
}
