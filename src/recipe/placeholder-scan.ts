/**
 * Finds `{{NAME}}`, `{{NAME|default(x)}}` and `{{"file.json"|from_json}}` in the text of a file and masks each with a run of one
 * private-use character of the same length: the rest is ordinary YAML and every offset still holds.
 * What is malformed is masked too and judged later, since it may stand in a comment.
 */

export interface Placeholder {
  readonly start: number;
  readonly end: number;
  /** As written, with the braces. */
  readonly text: string;
  readonly content:
    | {
        readonly ok: true;
        /** Of a variable, or the path of a file when `isPath`. */
        readonly name: string;
        readonly fallback: { readonly text: string; readonly start: number } | undefined;
        /** `from_json`: what is named is a file, whose value is meant. */
        readonly isFile?: true;
        readonly isPath?: true;
      }
    | { readonly ok: false; readonly problem: string; readonly hint: string };
}

export interface MaskedText {
  readonly text: string;
  /** Placeholder by the character that its run consists of. */
  readonly placeholders: ReadonlyMap<string, Placeholder>;
  /** The text has more placeholders than there are characters to tell them apart. */
  readonly overflow: Placeholder | undefined;
}

const FIRST = 0xe000;
const LAST = 0xf8ff;
const LOGIC = 'logic is not supported in recipe files';
const FORM = 'write `{{NAME}}` or `{{NAME|default(value)}}`';

export function maskPlaceholders(text: string): MaskedText {
  const placeholders = new Map<string, Placeholder>();
  if (!text.includes('{{') && !text.includes('{%')) return { text, placeholders, overflow: undefined };
  const taken = new Set([...(text.match(/[\ue000-\uf8ff]/gu) ?? []), ...escaped(text)]);
  let code = FIRST;
  let masked = '';
  let at = 0;
  for (const opening of text.matchAll(/\{\{|\{%/gu)) {
    if (opening.index < at) continue;
    const placeholder = opening[0] === '{%' ? scanLogic(text, opening.index) : scan(text, opening.index);
    while (taken.has(String.fromCharCode(code))) code++;
    if (code > LAST) return { text: masked + text.slice(at), placeholders, overflow: placeholder };
    const mask = String.fromCharCode(code++);
    placeholders.set(mask, placeholder);
    masked += text.slice(at, placeholder.start) + mask.repeat(placeholder.end - placeholder.start);
    at = placeholder.end;
  }
  return { text: masked + text.slice(at), placeholders, overflow: undefined };
}

/** The private-use characters that the text has as escapes, such as `"\\ue000"`: they are there once it is parsed. */
function escaped(text: string): readonly string[] {
  return [...text.matchAll(/\\(?:u|U0000)([eEfF][\da-fA-F]{3})/gu)].map(([, code = '']) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** `{% … %}`, or what is left of the line. */
function scanLogic(text: string, start: number): Placeholder {
  const lineEnd = endOfLine(text, start);
  const close = text.indexOf('%}', start);
  const end = close === -1 || close + 2 > lineEnd ? lineEnd : close + 2;
  return bad(text, start, end, `\`${text.slice(start, end)}\` is not a placeholder: ${LOGIC}`, 'put the value into the profile');
}

/** Brackets and quotes of a default may hold `}}`, so the end is found by nesting, not by search. */
function scan(text: string, start: number): Placeholder {
  const lineEnd = endOfLine(text, start);
  const closers: string[] = [];
  let quote = '';
  for (let at = start + 2; at < lineEnd; at++) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === '\\' && quote === '"') at++;
      else if (char === quote) quote = '';
    } else if (closers.length === 0 && text.startsWith('}}', at)) {
      return read(text, start, at + 2);
    } else if ((char === '"' || char === "'") && closers.length > 0) {
      quote = char;
    } else if (char === '(' || char === '[' || char === '{') {
      closers.push(char === '(' ? ')' : char === '[' ? ']' : '}');
    } else if (char === closers.at(-1)) {
      closers.pop();
    }
  }
  const close = text.indexOf('}}', start);
  if (close === -1 || close + 2 > lineEnd) {
    return bad(text, start, lineEnd, 'a placeholder is not closed on its line', FORM);
  }
  return bad(text, start, close + 2, `the brackets of \`${text.slice(start, close + 2)}\` do not match`, FORM);
}

const PLACEHOLDER = /^\{\{\s*([A-Za-z_][\w-]*(?:\.[\w-]+)*)\s*(?:\|\s*default\s*(\(.*\))\s*)?(\|\s*from_json\s*)?\}\}$/su;
const FILE = /^\{\{\s*(?:"([^"]+)"|'([^']+)')\s*\|\s*from_json\s*\}\}$/su;

function read(text: string, start: number, end: number): Placeholder {
  const whole = text.slice(start, end);
  const match = PLACEHOLDER.exec(whole);
  const path = FILE.exec(whole);
  if (path !== null) {
    return {
      start,
      end,
      text: whole,
      content: { ok: true, name: path[1] ?? path[2] ?? '', fallback: undefined, isFile: true, isPath: true },
    };
  }
  if (match === null) {
    const inner = whole.slice(2, -2).trim();
    if (/^[#/^>&!]|^(?:if|for|else|end|include|set)\b./u.test(inner)) {
      return bad(text, start, end, `\`${whole}\` is not a placeholder: ${LOGIC}`, 'put the value into the profile');
    }
    return bad(text, start, end, `\`${whole}\` is not a placeholder`, FORM);
  }
  const [, name = '', fallback, filter] = match;
  const isFile = filter !== undefined && { isFile: true as const };
  if (fallback === undefined) return { start, end, text: whole, content: { ok: true, name, fallback: undefined, ...isFile } };
  const open = whole.lastIndexOf(fallback);
  return {
    start,
    end,
    text: whole,
    content: { ok: true, name, fallback: { text: fallback.slice(1, -1), start: start + open + 1 }, ...isFile },
  };
}

function bad(text: string, start: number, end: number, problem: string, hint: string): Placeholder {
  return { start, end, text: text.slice(start, end), content: { ok: false, problem, hint } };
}

function endOfLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  const end = newline === -1 ? text.length : newline;
  return text[end - 1] === '\r' ? end - 1 : end;
}
