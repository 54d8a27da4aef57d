/** From JSON text to a located tree, for `{{FILE|from_json}}`. JSON exactly: what YAML would allow besides is refused. */
import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts';
import type { LocatedEntry, LocatedNode, LocatedScalar } from './located.ts';

export interface ParsedJson {
  /** Absent when the text is not JSON. */
  readonly tree: LocatedNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Deeper nesting is no configuration, and would end the stack. */
const DEEPEST = 100;
const BLANKS = /[ \t\r\n]*/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/uy;
const STRING = /"(?:[^"\\\n\r]|\\.)*"/uy;
const WORD = /true|false|null/uy;

export function parseJson(text: string, file: string): ParsedJson {
  const reader = new Reader(text, file);
  try {
    return { tree: reader.document(), diagnostics: reader.diagnostics };
  } catch (error) {
    if (!(error instanceof Stumble)) throw error;
    const end = Math.min(text.length, error.at + 1);
    const span = { file, start: Math.min(error.at, text.length), end };
    return { tree: undefined, diagnostics: [{ code: 'bad-json', severity: 'error', message: error.message, span }] };
  }
}

class Stumble extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

class Reader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #text: string;
  readonly #file: string;
  #at = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
    if (text.startsWith('\ufeff')) this.#at = 1;
  }

  document(): LocatedNode {
    const tree = this.#value(0);
    this.#take(BLANKS);
    if (this.#at < this.#text.length) throw new Stumble(this.#at, 'there is more behind the end of the value');
    return tree;
  }

  #value(depth: number): LocatedNode {
    if (depth > DEEPEST) throw new Stumble(this.#at, `values lie in each other more than ${DEEPEST} deep`);
    this.#take(BLANKS);
    const start = this.#at;
    const char = this.#text[start];
    if (char === '{') return this.#map(start, depth);
    if (char === '[') return this.#list(start, depth);
    if (char === '"') {
      const value = this.#string();
      return this.#scalar(start, value, value, true);
    }
    const word = this.#take(WORD) ?? this.#take(NUMBER);
    if (word === undefined || word === '') throw this.#unexpected('a value');
    return this.#scalar(start, JSON.parse(word) as number | boolean | null, word, false);
  }

  #map(start: number, depth: number): LocatedNode {
    const entries = new Map<string, LocatedEntry>();
    this.#at++;
    if (!this.#closes('}')) {
      do {
        this.#take(BLANKS);
        const keyAt = this.#at;
        if (this.#text[keyAt] !== '"') throw this.#unexpected('a key in double quotes');
        const name = this.#string();
        const key = this.#span(keyAt);
        this.#take(BLANKS);
        if (this.#text[this.#at] !== ':') throw this.#unexpected('a `:`');
        this.#at++;
        const value = this.#value(depth + 1);
        const first = entries.get(name);
        if (first === undefined) entries.set(name, { key, value });
        else this.#twice(name, key, first.key);
      } while (this.#continues('}'));
    }
    return { kind: 'map', span: this.#span(start), entries };
  }

  #list(start: number, depth: number): LocatedNode {
    const items: LocatedNode[] = [];
    this.#at++;
    if (!this.#closes(']')) {
      do items.push(this.#value(depth + 1));
      while (this.#continues(']'));
    }
    return { kind: 'list', span: this.#span(start), items };
  }

  #closes(closer: string): boolean {
    this.#take(BLANKS);
    if (this.#text[this.#at] !== closer) return false;
    this.#at++;
    return true;
  }

  /** Behind an item: whether another one follows. */
  #continues(closer: string): boolean {
    if (this.#closes(closer)) return false;
    if (this.#text[this.#at] !== ',') throw this.#unexpected(`a \`,\` or \`${closer}\``);
    this.#at++;
    return true;
  }

  #string(): string {
    const start = this.#at;
    const raw = this.#take(STRING);
    try {
      return JSON.parse(raw ?? '') as string;
    } catch {
      throw new Stumble(start, 'a text is not closed on its line, or holds an escape or a sign that JSON has not');
    }
  }

  #scalar(start: number, value: LocatedScalar['value'], source: string, isQuoted: boolean): LocatedScalar {
    return { kind: 'scalar', value, source, isQuoted, span: this.#span(start) };
  }

  #twice(name: string, key: Span, first: Span): void {
    this.diagnostics.push({
      code: 'duplicate-key',
      severity: 'error',
      message: `the key \`${name}\` stands twice in one mapping`,
      span: key,
      related: [{ span: first, message: 'first here' }],
      hint: 'keep one of the two',
    });
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #unexpected(expected: string): Stumble {
    const char = this.#text.codePointAt(this.#at);
    const found = char === undefined ? 'the end of the file' : `\`${String.fromCodePoint(char)}\``;
    return new Stumble(this.#at, `${expected} was expected; found ${found}`);
  }

  #span(start: number): Span {
    return { file: this.#file, start, end: this.#at };
  }
}
