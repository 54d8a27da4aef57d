/**
 * How many terminal cells a text takes, and how to show it safely. Measured by grapheme, so that a
 * family emoji or an accented letter counts once.
 */

/** Made when a text is first measured: nothing is, where there is nothing to complain of. */
let segmenter: Intl.Segmenter | undefined;

export interface Grapheme {
  readonly text: string;
  /** Offset in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Cells: 0, 1 or 2. A tab counts as 1 here, callers copy tabs instead of measuring them. */
  readonly width: number;
}

export function graphemes(text: string): readonly Grapheme[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  const found: Grapheme[] = [];
  for (const { segment, index } of segmenter.segment(text)) {
    found.push({ text: segment, start: index, end: index + segment.length, width: graphemeWidth(segment) });
  }
  return found;
}

/**
 * Replace what would move the cursor, colour the terminal or reorder the line: control characters
 * and bidirectional overrides. Lengths stay, so offsets into the text still hold.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

function graphemeWidth(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(grapheme)) return 0;
  // An emoji sequence (presentation selector, skin tone, joined family, flag) is drawn in two cells.
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return 2;
  return isWide(code) ? 2 : 1;
}

/** Blocks of wide and full-width characters, after Unicode Standard Annex 11 (East Asian Width). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

function isWide(code: number): boolean {
  return WIDE.some(([first, last]) => code >= first && code <= last);
}

/** Cells of a whole text. */
export function textWidth(text: string): number {
  // Plain ASCII, which nearly every text is, takes a cell a character.
  return /^[ -~]*$/u.test(text) ? text.length : graphemes(text).reduce((sum, { width }) => sum + width, 0);
}
