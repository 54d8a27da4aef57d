/**
 * How many arguments the functions that a step file exports cannot do without, read from their
 * source: `?` is gone in what is compiled. A function that is not plainly written, or comes from
 * elsewhere, is not in the answer, so that nobody is told what is not so.
 */
import { type Token, tokensOf } from './source-tokens.ts';

export interface Parameter {
  readonly start: number;
  readonly end: number;
}

export interface Signature {
  /** Those without `?`, default or `...`, and all before one. */
  readonly required: readonly Parameter[];
}

/** By the name under which they are exported. */
export function signaturesOf(source: string): Readonly<Record<string, Signature>> {
  const tokens = tokensOf(source);
  if (tokens === undefined || !isBalanced(tokens)) return {};
  const declared = new Map<string, Signature | undefined>();
  const exported = new Map<string, string>();
  const reader = new Reader(tokens);
  for (let depth = 0, at = 0; at < tokens.length; at++) {
    const text = reader.sign(at);
    if (OPENING.has(text)) depth++;
    else if (CLOSING.has(text)) depth--;
    if (depth > 0) continue;
    const isExported = reader.word(at - 1) === 'export';
    const found = reader.declaration(at, isExported ? at - 1 : at);
    if (found !== undefined) {
      // Overloads, or a name that stands twice: nothing is known for sure.
      declared.set(found.name, declared.has(found.name) ? undefined : found.signature);
      if (isExported) exported.set(found.name, found.name);
    } else if (reader.word(at) === 'export' && reader.sign(at + 1) === '{')
      for (const [as, local] of reader.list(at + 1)) exported.set(as, local);
  }
  return Object.fromEntries(
    [...exported].flatMap(([as, local]) => {
      const signature = declared.get(local);
      return signature === undefined ? [] : [[as, signature]];
    }),
  );
}

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);
const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

function isBalanced(tokens: readonly Token[]): boolean {
  const open: string[] = [];
  for (const { kind, text } of tokens) {
    if (kind !== 'sign') continue;
    if (OPENING.has(text)) open.push(PAIRS[text] as string);
    else if (CLOSING.has(text) && open.pop() !== text) return false;
  }
  return open.length === 0;
}

/** The helpers of `mlrecipe/steps`, which return the function that they get. */
const HELPERS = /^define(?:Loader|Split|Filter|Transformer|Estimator|Metric|Step)$/;

/** Words behind which a statement goes on. */
const IN_STATEMENT = new Set(['async', 'await', 'case', 'declare', 'default', 'new', 'return', 'throw', 'typeof', 'void', 'yield']);

class Reader {
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  word(at: number): string {
    const token = this.#tokens[at];
    return token?.kind === 'word' ? token.text : '';
  }

  sign(at: number): string {
    const token = this.#tokens[at];
    return token?.kind === 'sign' ? token.text : '';
  }

  /** A function that begins here. `from` is where its statement does. */
  declaration(at: number, from: number): { readonly name: string; readonly signature: Signature | undefined } | undefined {
    if (!this.#isStatement(from)) return undefined;
    const start = this.word(at) === 'async' ? at + 1 : at;
    if (this.word(start) === 'function') {
      const named = this.sign(start + 1) === '*' ? start + 2 : start + 1;
      return { name: this.word(named), signature: this.#parameters(this.#behindGenerics(named + 1)) };
    }
    if (!/^(?:const|let|var)$/.test(this.word(at)) || this.word(at + 1) === '') return undefined;
    const value = this.#behindType(at + 2);
    return { name: this.word(at + 1), signature: value === undefined ? undefined : this.#value(value) };
  }

  /** Names of `{ a, b as c }` that this file declares: exported name → local one. */
  list(open: number): readonly (readonly [string, string])[] {
    const close = this.#closing(open);
    if (this.word(close + 1) === 'from') return [];
    const names: (readonly [string, string])[] = [];
    for (let at = open + 1; at < close; at++) {
      if (this.word(at) === '' || (this.sign(at - 1) !== ',' && at !== open + 1)) continue;
      names.push(this.word(at + 1) === 'as' ? [this.word(at + 2), this.word(at)] : [this.word(at), this.word(at)]);
    }
    return names;
  }

  /** Not a part of an expression, such as a function that is an operand. */
  #isStatement(at: number): boolean {
    const before = this.#tokens[at - 1];
    if (before === undefined || before.kind === 'text') return true;
    return before.kind === 'word' ? !IN_STATEMENT.has(before.text) : /^[;})\]]$/.test(before.text);
  }

  /** The value of a variable: behind `=`. A declared type may hold anything but a `=` of its own. */
  #behindType(at: number): number | undefined {
    if (this.sign(at) === '=') return at + 1;
    if (this.sign(at) !== ':') return undefined;
    for (let next = at + 1; next < this.#tokens.length; next++) {
      const text = this.sign(next);
      if (OPENING.has(text)) next = this.#closing(next);
      else if (text === '=') return next + 1;
      else if (text === ';' || text === '') {
        if (text === ';' || /^(?:export|const|let|var|function|class|import)$/.test(this.word(next))) return undefined;
      }
    }
    return undefined;
  }

  #value(at: number): Signature | undefined {
    if (HELPERS.test(this.word(at))) {
      const open = this.#behindGenerics(at + 1);
      return this.sign(open) === '(' ? this.#value(open + 1) : undefined;
    }
    const start = this.word(at) === 'async' && this.sign(at + 1) !== '=>' ? at + 1 : at;
    if (this.word(start) === 'function') {
      const star = this.sign(start + 1) === '*' ? start + 2 : start + 1;
      return this.#parameters(this.#behindGenerics(this.word(star) === '' ? star : star + 1));
    }
    if (this.word(start) !== '' && this.sign(start + 1) === '=>') return { required: [this.#place(start, start)] };
    const open = this.#behindGenerics(start);
    if (this.sign(open) !== '(') return undefined;
    const behind = this.sign(this.#closing(open) + 1);
    return behind === '=>' || behind === ':' ? this.#parameters(open) : undefined;
  }

  #parameters(open: number): Signature | undefined {
    if (this.sign(open) !== '(') return undefined;
    const close = this.#closing(open);
    const required: Parameter[] = [];
    const waiting: Parameter[] = [];
    for (let at = open + 1; at < close; ) {
      const end = this.#endOfParameter(at, close);
      const place = this.#place(at, end - 1);
      if (this.word(at) !== 'this' && this.sign(at) !== '...') {
        waiting.push(place);
        // One that is needed makes those before it needed as well.
        if (!this.#isOptional(at, end)) required.push(...waiting.splice(0));
      }
      at = end + 1;
    }
    return { required };
  }

  #isOptional(at: number, end: number): boolean {
    const behindName = OPENING.has(this.sign(at)) ? this.#closing(at) + 1 : at + 1;
    if (this.sign(behindName) === '?') return true;
    for (let next = behindName; next < end; next++) {
      if (OPENING.has(this.sign(next))) next = this.#closing(next);
      else if (this.sign(next) === '=') return true;
    }
    return false;
  }

  /** The comma behind it, or the parenthesis. Commas between `<` and `>` belong to a type. */
  #endOfParameter(at: number, close: number): number {
    let angles = 0;
    let isValue = false;
    for (let next = at; next < close; next++) {
      const text = this.sign(next);
      if (OPENING.has(text)) next = this.#closing(next);
      else if (text === '=') isValue = true;
      else if (text === '<' && !isValue) angles++;
      else if (text === '>' && !isValue) angles--;
      else if (text === ',' && angles <= 0) return next;
    }
    return close;
  }

  #behindGenerics(at: number): number {
    if (this.sign(at) !== '<') return at;
    let angles = 0;
    for (let next = at; next < this.#tokens.length; next++) {
      const text = this.sign(next);
      if (OPENING.has(text)) next = this.#closing(next);
      else if (text === '<') angles++;
      else if (text === '>' && --angles === 0) return next + 1;
    }
    return at;
  }

  #closing(open: number): number {
    let depth = 0;
    for (let at = open; at < this.#tokens.length; at++) {
      if (OPENING.has(this.sign(at))) depth++;
      else if (CLOSING.has(this.sign(at)) && --depth === 0) return at;
    }
    return this.#tokens.length;
  }

  #place(first: number, last: number): Parameter {
    return { start: this.#tokens[first]?.start ?? 0, end: this.#tokens[last]?.end ?? 0 };
  }
}
