/**
 * From YAML text to a located tree, or to diagnostics. YAML 1.2 as the `yaml` package reads it, plus
 * merge keys (`<<`), which files written for YAML 1.1 use. No tag is executed, no alias is followed
 * into itself.
 */
import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts';
import type { LocatedEntry, LocatedMap, LocatedNode, LocatedScalar } from './located.ts';
import { tooDeepAt } from './nesting.ts';
import { syntaxMistake } from './syntax-error.ts';

export interface ParsedYaml {
  /** Absent when the text has a syntax error. An empty text is an empty map. */
  readonly tree: LocatedNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ParseOptions {
  /** Where the text begins in the file, for a text that is a part of one. */
  readonly offset?: number;
}

/** Aliases may repeat a node; more nodes than this in all and the file is refused. */
const MOST_NODES = 20_000;

export function parseYaml(text: string, file: string, { offset = 0 }: ParseOptions = {}): ParsedYaml {
  const spanOf = (start: number, end: number): Span => ({ file, start: offset + start, end: offset + end });
  const deepAt = tooDeepAt(text);
  if (deepAt !== undefined) {
    const message = 'the values are nested too deep to be read';
    return { tree: undefined, diagnostics: [{ code: 'yaml-syntax', severity: 'error', message, span: spanOf(deepAt, deepAt + 1) }] };
  }
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  // One mistake in the layout makes the parser stumble several times: only the first is meant.
  const [error] = [...document.errors, ...document.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED')];
  if (error !== undefined) {
    const { message, start, end, hint } = syntaxMistake(error, document, text);
    return {
      tree: undefined,
      diagnostics: [{ code: 'yaml-syntax', severity: 'error', message, span: spanOf(start, end), ...(hint !== undefined && { hint }) }],
    };
  }
  const diagnostics: Diagnostic[] = [];
  const reader = new Reader(spanOf, diagnostics);
  const tree = document.contents === null ? empty(spanOf(0, 0)) : reader.read(document.contents);
  return { tree, diagnostics };
}

class Reader {
  readonly #spanOf: (start: number, end: number) => Span;
  readonly #diagnostics: Diagnostic[];
  readonly #open = new Set<Node>();
  /** The latest node with each anchor. The parser's own search goes through the whole file for every alias. */
  readonly #anchored = new Map<string, Node>();
  #nodes = 0;
  /** How many aliases we are in: what is read again there was anchored before. */
  #aliases = 0;

  constructor(spanOf: (start: number, end: number) => Span, diagnostics: Diagnostic[]) {
    this.#spanOf = spanOf;
    this.#diagnostics = diagnostics;
  }

  read(node: Node): LocatedNode {
    const span = this.#span(node);
    if (++this.#nodes > MOST_NODES) {
      if (this.#nodes === MOST_NODES + 1) this.#report('yaml-syntax', span, `the file has more than ${MOST_NODES} values, aliases counted`);
      return { kind: 'hole', span };
    }
    if (isAlias(node)) return this.#readAlias(node, span);
    if (this.#aliases === 0 && (isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) {
      this.#anchored.set(node.anchor, node);
    }
    if (isMap(node)) return this.#nested(node, () => this.#readMap(node, span));
    if (isSeq(node)) return this.#nested(node, () => ({ kind: 'list', span, items: node.items.map((item) => this.#readItem(item, span)) }));
    if (isScalar(node)) return readScalar(node.value, node.source, node.type, span);
    return { kind: 'hole', span };
  }

  #nested(node: Node, read: () => LocatedNode): LocatedNode {
    this.#open.add(node);
    const result = read();
    this.#open.delete(node);
    return result;
  }

  /** A list may hold pairs (`- a: 1` in flow style); everything else is a node. */
  #readItem(item: unknown, listSpan: Span): LocatedNode {
    if (isAlias(item) || isMap(item) || isSeq(item) || isScalar(item)) return this.read(item);
    return { kind: 'scalar', value: null, source: '', isQuoted: false, span: listSpan };
  }

  #readAlias(alias: Alias, span: Span): LocatedNode {
    const target = this.#anchored.get(alias.source);
    if (target === undefined || this.#open.has(target)) {
      const message =
        target === undefined
          ? `there is no anchor \`&${alias.source}\` before this alias`
          : `the alias \`*${alias.source}\` contains itself`;
      this.#report('yaml-syntax', span, message);
      return { kind: 'hole', span };
    }
    this.#aliases++;
    const node = this.read(target);
    this.#aliases--;
    return node;
  }

  #readMap(map: YAMLMap, span: Span): LocatedNode {
    const torn = tornPlaceholder(map);
    if (torn !== undefined) {
      this.#diagnostics.push({
        code: 'bad-placeholder',
        severity: 'error',
        message: 'the braces of a placeholder must touch; formatters of YAML pull them apart',
        span,
        hint: `write \`{{${torn}}}\`, or \`"{{${torn}}}"\` where it is a text`,
      });
      return { kind: 'hole', span };
    }
    const entries = new Map<string, LocatedEntry>();
    const merged: LocatedNode[] = [];
    for (const pair of map.items as readonly Pair<Node | null, Node | null>[]) {
      const key = this.#readKey(pair.key);
      if (key === undefined) continue;
      const value = pair.value === null ? nothing(key.span) : this.read(pair.value);
      if (key.name === '<<' && !key.isQuoted && value.kind !== 'scalar') {
        merged.push(...(value.kind === 'list' ? value.items : [value]));
        continue;
      }
      const first = entries.get(key.name);
      if (first === undefined) entries.set(key.name, { key: key.span, value });
      else {
        this.#diagnostics.push({
          code: 'duplicate-key',
          severity: 'error',
          message: `the key \`${key.name}\` stands twice in one mapping`,
          span: key.span,
          related: [{ span: first.key, message: 'first here' }],
          hint: 'keep one of the two',
        });
      }
    }
    for (const other of merged) {
      if (other.kind === 'map') for (const [name, entry] of other.entries) if (!entries.has(name)) entries.set(name, entry);
    }
    return { kind: 'map', span, entries };
  }

  #readKey(node: Node | null): { readonly name: string; readonly span: Span; readonly isQuoted: boolean } | undefined {
    const key = node === null ? undefined : this.read(node);
    if (key?.kind === 'scalar')
      return { name: key.source === '' ? String(key.value ?? '') : key.source, span: key.span, isQuoted: key.isQuoted };
    if (key?.kind !== 'hole') this.#report('yaml-syntax', key?.span ?? this.#spanOf(0, 0), 'a key must be a text');
    return undefined;
  }

  #report(code: 'yaml-syntax', span: Span, message: string): void {
    this.#diagnostics.push({ code, severity: 'error', message, span });
  }

  #span(node: Node): Span {
    const [start, end] = node.range ?? [0, 0];
    return this.#spanOf(start, end);
  }
}

/** The name in `{ { NAME } }`: what is left of a placeholder after a formatter took it for two mappings. */
function tornPlaceholder(map: YAMLMap): string | undefined {
  const [outer, ...others] = map.items;
  if (!isMap(outer?.key) || outer.value !== null || others.length > 0) return undefined;
  const [inner, ...more] = outer.key.items;
  if (inner === undefined || inner.value !== null || more.length > 0 || !isScalar(inner.key)) return undefined;
  return /^[A-Za-z_][\w.-]*$/u.test(String(inner.key.value)) ? String(inner.key.value) : undefined;
}

function readScalar(raw: unknown, source: string | undefined, type: string | undefined, span: Span): LocatedScalar {
  const isQuoted = type !== undefined && type !== 'PLAIN';
  // What a standard tag makes of a scalar (bytes, a date) stays the text that was written.
  const isPlainValue = raw === null || typeof raw === 'string' || typeof raw === 'boolean' || typeof raw === 'number';
  const value = isPlainValue ? raw : (source ?? String(raw));
  return { kind: 'scalar', value, source: typeof value === 'string' ? value : (source ?? String(value)), isQuoted, span };
}

function nothing(span: Span): LocatedScalar {
  return { kind: 'scalar', value: null, source: '', isQuoted: false, span: { ...span, start: span.end } };
}

function empty(span: Span): LocatedMap {
  return { kind: 'map', span, entries: new Map() };
}
