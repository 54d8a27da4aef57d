/**
 * Adds keys to the text of a YAML file and leaves every byte that stands there: comments, order, quotes
 * and placeholders stay as they are. Only absent keys are added, each on a line of its own in a block
 * and behind a comma in braces.
 */
import { findNode, type LocatedMap, type LocatedNode, type Path } from './located.ts';

export interface Addition {
  /** Of the value, its parents included. */
  readonly path: readonly string[];
  /** On one line, as YAML. */
  readonly value: string;
  /** Of a list: each item as YAML, for a line of its own where lines have room. */
  readonly items?: readonly string[];
  /** Behind it, without the sign. */
  readonly comment?: string;
}

interface Edit {
  /** How deep the mapping lies. */
  readonly depth: number;
  readonly at: number;
  readonly text: string;
}

/** `tree` is what `text` says by itself. Additions below one new mapping must follow each other. `key` writes a name. */
export function insertKeys(text: string, tree: LocatedMap, additions: readonly Addition[], key: (name: string) => string): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const edits: Edit[] = [];
  const groups = new Map<string, Addition[]>();
  for (const addition of additions) {
    const depth = existingDepth(tree, addition.path);
    if (depth === undefined) continue;
    const at = JSON.stringify(addition.path.slice(0, depth));
    groups.set(at, [...(groups.get(at) ?? []), addition]);
  }
  for (const [at, group] of groups) {
    const path = JSON.parse(at) as string[];
    const node = findNode(tree, path) as LocatedNode;
    const lines = blockLines(group, path.length, key);
    if (node.kind === 'map' && text[node.span.start] === '{')
      edits.push({ ...intoBraces(text, node, group, path.length, key), depth: path.length });
    else if (node.kind === 'map' && node.entries.size > 0) {
      const indent = columnOf(text, firstKey(node));
      edits.push({ ...afterLine(text, endOf(node), lines, indent, newline), depth: path.length });
    } else {
      // A key without a value: its mapping begins on the next line.
      const parent = findNode(tree, path.slice(0, -1)) as LocatedMap;
      const entry = parent.entries.get(path.at(-1) as string);
      const indent = `${columnOf(text, entry?.key.start ?? 0)}  `;
      edits.push({ ...afterLine(text, Math.max(entry?.key.end ?? 0, node.span.end), lines, indent, newline), depth: path.length });
    }
  }
  // From the end, so that earlier places stay where they are; at one place the inner mapping comes first.
  return edits
    .sort((a, b) => b.at - a.at || a.depth - b.depth)
    .reduce((out, { at, text: added }) => out.slice(0, at) + added + out.slice(at), text);
}

/** How many of the parents exist as mappings or as keys without a value. `undefined` when the value is there, or cannot be added. */
function existingDepth(tree: LocatedMap, path: readonly string[]): number | undefined {
  for (let depth = 0; depth < path.length; depth++) {
    const node = findNode(tree, path.slice(0, depth + 1) as Path);
    if (node === undefined) return depth;
    const isEmpty = node.kind === 'scalar' && node.value === null;
    if (depth === path.length - 1) return undefined;
    if (isEmpty) return depth + 1;
    if (node.kind !== 'map') return undefined;
  }
  return undefined;
}

/** Lines with their depth below the mapping that they go into. */
function blockLines(group: readonly Addition[], from: number, key: (name: string) => string): readonly string[] {
  const lines: string[] = [];
  let open: readonly string[] = [];
  for (const { path, value, items, comment } of group) {
    const below = path.slice(from);
    let shared = 0;
    while (shared < below.length - 1 && shared < open.length && below[shared] === open[shared]) shared++;
    for (let depth = shared; depth < below.length; depth++) {
      const start = `${'  '.repeat(depth)}${key(below[depth] as string)}:`;
      if (depth < below.length - 1) lines.push(start);
      else if (items !== undefined) lines.push(start, ...items.map((item) => `${'  '.repeat(depth + 1)}- ${item}`));
      else lines.push(`${start} ${value}${comment === undefined ? '' : ` # ${comment}`}`);
    }
    open = below.slice(0, -1);
  }
  return lines;
}

function intoBraces(
  text: string,
  node: LocatedMap,
  group: readonly Addition[],
  from: number,
  key: (name: string) => string,
): Omit<Edit, 'depth'> {
  const isEmpty = node.entries.size === 0;
  let at = text.lastIndexOf('}', node.span.end - 1);
  while (/\s/u.test(text[at - 1] ?? '')) at--;
  return { at, text: `${isEmpty ? '' : ', '}${flow(group, from, key)}` };
}

/** The additions as entries of one mapping in braces; those below one key share its braces. */
function flow(group: readonly Addition[], from: number, key: (name: string) => string): string {
  const names = [...new Set(group.map(({ path }) => path[from] as string))];
  const entries = names.map((name) => {
    const below = group.filter(({ path }) => path[from] === name);
    const [first] = below;
    const value = first?.path.length === from + 1 ? first.value : `{${flow(below, from + 1, key)}}`;
    return `${key(name)}: ${value}`;
  });
  return entries.join(', ');
}

function afterLine(text: string, end: number, lines: readonly string[], indent: string, newline: string): Omit<Edit, 'depth'> {
  const block = lines.map((line) => `${indent}${line}`).join(newline);
  const next = text.indexOf('\n', end);
  return next === -1 ? { at: text.length, text: `${newline}${block}${newline}` } : { at: next + 1, text: `${block}${newline}` };
}

/** The end of the last thing that belongs to a node, without the blank lines and comments behind it. */
function endOf(node: LocatedNode): number {
  const children =
    node.kind === 'map' ? [...node.entries.values()] : node.kind === 'list' ? node.items.map((value) => ({ key: undefined, value })) : [];
  if (children.length === 0) return node.span.end;
  return Math.max(
    ...children.map(({ key, value }) => Math.max(key?.end ?? 0, value.kind === 'scalar' && value.value === null ? 0 : endOf(value))),
  );
}

function firstKey(node: LocatedMap): number {
  return Math.min(...[...node.entries.values()].map(({ key }) => key.start));
}

/** The blanks before a place on its line. */
function columnOf(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return line.replace(/[^ ]/gu, ' ');
}
