/** The import table of docs/ARCHITECTURE.md as data: who may import whom, no cycle, type imports included. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as graphlib from '@dagrejs/graphlib';
import { expect, test } from 'vitest';

const SRC = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src');

/** Room → rooms it may import besides itself and `schema`, which everybody may. */
const ALLOWED: Readonly<Record<string, readonly string[] | 'all'>> = {
  diagnostics: [],
  schema: [],
  recipe: ['diagnostics'],
  engine: ['diagnostics'],
  store: ['engine', 'diagnostics'],
  executors: ['engine', 'steps', 'diagnostics'],
  worker: ['engine', 'steps', 'executors', 'user-code', 'data', 'cards', 'diagnostics'],
  'user-code': ['diagnostics', 'engine-digest'],
  steps: ['data', 'ml', 'models', 'cards-blocks', 'diagnostics'],
  data: ['diagnostics'],
  ml: [],
  models: ['data', 'ml', 'diagnostics'],
  tracking: ['engine'],
  cards: [],
  templates: ['steps', 'ml'],
  app: 'all',
  cli: ['app', 'diagnostics', 'engine-task', 'templates'],
  '': 'all',
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'scaffold' || entry.name === 'generated' ? [] : sources(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

function imports(): readonly Import[] {
  const pattern = /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)|(?:^|\n)\s*import\s+'(\.[^']+)'/g;
  const name = (path: string) => relative(SRC, path).split(sep).join('/');
  return sources(SRC).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(pattern)].map((match) => ({
      from: name(file),
      to: name(resolve(dirname(file), match[1] ?? match[2] ?? match[3] ?? '')),
    })),
  );
}

const roomOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] as string) : '');

test('every import follows the table', () => {
  const forbidden = imports().filter(({ from, to }) => !isAllowed(from, to));
  expect(forbidden.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('every room is in the table', () => {
  const rooms = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(rooms.map(({ name }) => name).filter((name) => !(name in ALLOWED))).toEqual([]);
});

test('no file imports itself by way of others', () => {
  const graph = new graphlib.Graph();
  for (const { from, to } of imports()) graph.setEdge(from, to);
  expect(graphlib.alg.findCycles(graph)).toEqual([]);
});

test('no room imports itself by way of others', () => {
  const graph = new graphlib.Graph();
  for (const { from, to } of imports()) if (roomOf(from) !== roomOf(to) && roomOf(from) !== '') graph.setEdge(roomOf(from), roomOf(to));
  expect(graphlib.alg.findCycles(graph)).toEqual([]);
});

function isAllowed(from: string, to: string): boolean {
  const [a, b] = [roomOf(from), roomOf(to)];
  if (a === b || b === 'schema') return true;
  const allowed = ALLOWED[a];
  if (allowed === 'all') return true;
  if (allowed === undefined) return false;
  if (allowed.includes(b)) return true;
  // Narrow doors: one kind of file of a room, where the whole room would be too much.
  if (b === 'cards') return allowed.includes('cards-blocks') && to === 'cards/blocks.ts';
  if (b === 'engine')
    return (
      (allowed.includes('engine-task') && /^engine\/(task|ports)\.ts$/.test(to)) ||
      (allowed.includes('engine-digest') && /^engine\/(task|digest)\.ts$/.test(to))
    );
  return false;
}
