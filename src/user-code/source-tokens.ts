/**
 * TypeScript cut into tokens, as far as it takes to find functions and their parameters: comments
 * are gone, texts, templates and regular expressions are one token each. No parser, and no judge of
 * what is valid.
 */
export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'pattern' | 'sign';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const BLANK = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//uy;
const WORD = /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /\.?\d[\w.]*/uy;
const QUOTED = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/uy;
const PATTERN = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/uy;
const SIGN = /=>|\.\.\.|\?\.|\?\?=?|[=!]==?|[<>]=|&&=?|\|\|=?|[-+*/%&|^]=|[\s\S]/uy;

/** `undefined` when something is not closed. */
export function tokensOf(source: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let at = /^(?:\ufeff)?(?:#![^\n]*)?/u.exec(source)?.[0].length ?? 0;
  const read = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  while (at < source.length) {
    const blank = read(BLANK);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    const found = next(read, source, at, tokens.at(-1));
    if (found === undefined) return undefined;
    tokens.push({ ...found, start: at, end: at + found.text.length });
    at += found.text.length;
  }
  return tokens;
}

function next(
  read: (pattern: RegExp) => string | undefined,
  source: string,
  at: number,
  before: Token | undefined,
): Pick<Token, 'kind' | 'text'> | undefined {
  const first = source[at] as string;
  if (first === '`') {
    const end = endOfTemplate(source, at);
    return end === undefined ? undefined : { kind: 'text', text: source.slice(at, end) };
  }
  if (first === '"' || first === "'") {
    const text = read(QUOTED);
    return text === undefined ? undefined : { kind: 'text', text };
  }
  const pattern = first === '/' && !isOperand(before) ? read(PATTERN) : undefined;
  if (pattern !== undefined) return { kind: 'pattern', text: pattern };
  const word = read(WORD);
  if (word !== undefined) return { kind: 'word', text: word };
  const number = read(NUMBER);
  if (number !== undefined) return { kind: 'number', text: number };
  const sign = read(SIGN);
  return sign === undefined ? undefined : { kind: 'sign', text: sign };
}

/** Words behind which a value begins, so that `/` is no division. */
const BEFORE_VALUE = new Set(['return', 'typeof', 'case', 'do', 'else', 'in', 'of', 'void', 'delete', 'await', 'yield', 'throw', 'new']);

function isOperand(before: Token | undefined): boolean {
  if (before === undefined) return false;
  if (before.kind === 'word') return !BEFORE_VALUE.has(before.text);
  return before.kind !== 'sign' || before.text === ')' || before.text === ']' || before.text === '}';
}

/** Behind the closing back-tick. A `${…}` may hold texts and templates of its own. */
function endOfTemplate(source: string, start: number): number | undefined {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '`') return at + 1;
    else if (source[at] === '$' && source[at + 1] === '{') {
      const end = endOfHole(source, at + 2);
      if (end === undefined) return undefined;
      at = end;
    }
  }
  return undefined;
}

/** At the closing brace. */
function endOfHole(source: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    const unit = source[at] as string;
    if (unit === '`') {
      const end = endOfTemplate(source, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (unit === '"' || unit === "'") {
      QUOTED.lastIndex = at;
      const text = QUOTED.exec(source)?.[0];
      if (text === undefined) return undefined;
      at += text.length - 1;
    } else if (unit === '{') depth++;
    else if (unit === '}' && depth-- === 0) return at;
  }
  return undefined;
}
