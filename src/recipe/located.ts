/**
 * The located tree: what a YAML file says, each value with the place that it came from. Values are
 * immutable; substitution, overlay and overrides build new trees that share what did not change.
 */

import type { RelatedSpan, Span } from '../diagnostics/diagnostic.ts';
import { shortened } from '../schema/shortened.ts';

interface Place {
  readonly span: Span;
  /** Other places that had a part in this value, such as the placeholder that a profile's value stands for. */
  readonly related?: readonly RelatedSpan[];
  /** The key in the profile whose value replaced a placeholder: where to point when something is missing inside. */
  readonly suppliedBy?: Span;
}

export type Scalar = string | number | boolean | null;

export interface LocatedScalar extends Place {
  readonly kind: 'scalar';
  readonly value: Scalar;
  /** As written, without quotes; equal to `value` for texts. */
  readonly source: string;
  readonly isQuoted: boolean;
  /** The value contains text that came from the environment and must not be printed. */
  readonly isSecret?: true;
  /** Of a secret: as it is written, with references in place of what they stand for. */
  readonly written?: string;
}

export interface LocatedMap extends Place {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}

export interface LocatedEntry {
  readonly key: Span;
  readonly value: LocatedNode;
}

export interface LocatedList extends Place {
  readonly kind: 'list';
  readonly items: readonly LocatedNode[];
}

/** A value that could not be determined, for a reason already reported. Nothing more is said about it. */
export interface LocatedHole extends Place {
  readonly kind: 'hole';
}

export type LocatedNode = LocatedScalar | LocatedMap | LocatedList | LocatedHole;
export type Path = readonly (string | number)[];

/** The node at a path, or `undefined` when the path leaves the tree. */
export function findNode(root: LocatedNode, path: Path): LocatedNode | undefined {
  let node: LocatedNode | undefined = root;
  for (const segment of path) {
    if (node === undefined) return undefined;
    node = child(node, segment);
  }
  return node;
}

export function child(node: LocatedNode, segment: string | number): LocatedNode | undefined {
  if (node.kind === 'map') return node.entries.get(String(segment))?.value;
  if (node.kind === 'list') return node.items[Number(segment)];
  return undefined;
}

/** The place of a value or key, with what explains it. */
export interface Found {
  readonly span: Span;
  readonly related: readonly RelatedSpan[];
}

/**
 * The span of a key or value. A path that leaves the tree gives the key of the nearest parent that
 * exists (for the root its first key), which is where something missing is best reported.
 */
export function locate(root: LocatedNode, path: Path, at: 'key' | 'value'): Found {
  let node = root;
  let key = firstKey(root);
  let related: readonly RelatedSpan[] = [];
  let outer = related;
  for (const segment of path) {
    const next = child(node, segment);
    if (next === undefined) return { span: node.suppliedBy ?? key, related };
    key = keySpan(node, segment) ?? next.span;
    outer = related;
    related = next.related ?? related;
    node = next;
  }
  // What filled in the value says nothing of the key before it.
  return at === 'key' ? { span: key, related: outer } : { span: node.span, related };
}

function firstKey(root: LocatedNode): Span {
  const [first] = root.kind === 'map' ? root.entries.values() : [];
  return first?.key ?? root.span;
}

function keySpan(node: LocatedNode, segment: string | number): Span | undefined {
  return node.kind === 'map' ? node.entries.get(String(segment))?.key : undefined;
}

/** Whether the value at a path, or one that it lies in, is a hole. */
export function isUnknown(root: LocatedNode, path: Path): boolean {
  let node: LocatedNode | undefined = root;
  for (const segment of path) {
    if (node === undefined) return false;
    if (node.kind === 'hole') return true;
    node = child(node, segment);
  }
  return node?.kind === 'hole';
}

/**
 * The plain value. Keys without a value are left out, as if they were absent: an empty `evaluate:`
 * is the same as none. Holes are left out too.
 */
export function toValue(node: LocatedNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toValue);
    case 'hole':
      return undefined;
    case 'map': {
      const value = {};
      for (const [key, entry] of node.entries) {
        const inner = toValue(entry.value);
        if (inner === undefined || inner === null) continue;
        // Defined, not assigned: a key `__proto__` must stay a key that validation can refuse.
        Object.defineProperty(value, key, { value: inner, enumerable: true, configurable: true, writable: true });
      }
      return value;
    }
  }
}

/** `steps.evaluate.validation_criteria[0].metric`, as people write it. */
export function pathText(path: Path): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else text += `${text === '' ? '' : '.'}${/^[\w-]+$/u.test(segment) ? segment : JSON.stringify(segment)}`;
  }
  return text;
}

/** How to speak of a value that was found: `` `"ten"` ``, `` `12` ``, `a list of 2`, `a mapping`. */
export function describeFound(node: LocatedNode | undefined): string {
  if (node === undefined) return 'nothing';
  switch (node.kind) {
    case 'map':
      return node.entries.size === 0 ? 'an empty mapping' : 'a mapping';
    case 'list':
      return node.items.length === 0 ? 'an empty list' : `a list of ${node.items.length}`;
    case 'hole':
      return 'an unknown value';
    case 'scalar': {
      if (node.isSecret === true) return 'a text from the environment';
      if (node.value === null) return 'nothing';
      const shown = typeof node.value === 'string' && looksTyped(node.value) ? JSON.stringify(node.value) : node.source;
      if (shown === '') return 'an empty text';
      return `\`${shortened(shown, 60)}\``;
    }
  }
}

/** Only texts that read like another type need their quotes to be understood. */
function looksTyped(text: string): boolean {
  return /^(?:[-+.\d][-+.\deE_]*|true|false|null|~)$/iu.test(text);
}
