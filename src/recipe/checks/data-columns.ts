/**
 * What the recipe says of columns against the beginning of the data files: columns that are not there,
 * and a target that does not fit the task. Only what `ingest` would refuse as well is an error.
 */
import { isAbsolute, join, relative } from 'node:path';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { isPattern, matches } from '../../schema/name-pattern.ts';
import { isAddress } from '../address.ts';
import { type DataFiles, FILE_ENDINGS, localPath } from '../data-files.ts';
import { locateFiles } from '../data-locations.ts';
import type { Header, HeaderOptions } from '../headers/header.ts';
import { readHeader } from '../headers/read-header.ts';
import type { Path } from '../located.ts';
import type { Task } from '../metric-names.ts';
import type { RecipeView } from '../view.ts';
import { DEFAULTS, type Format, NULL_CANDIDATES, type Reader } from '../vocabulary.ts';
import { type Before, isMade, operationColumns, reportGone } from './operation-columns.ts';
import { usingOf } from './sections.ts';
import { checkTarget } from './target.ts';

/** Files have headers; databases, queries and functions are asked when they run. */
function isFormat(reader: Reader): reader is Format {
  return Object.hasOwn(FILE_ENDINGS, reader);
}

/** Of a folder with more files, only the first are asked for a column. */
const MOST_FILES = 64;

interface Source {
  /** As a message names it. */
  readonly label: string;
  readonly paths: readonly string[];
}

interface Named {
  readonly column: string;
  readonly path: Path;
  readonly at: 'key' | 'value';
  /** What operations before make, for a column that an operation names. */
  readonly made?: readonly string[];
  readonly leftBy?: Before;
  /** What the recipe says of a column that is not there. An error when nothing is said. */
  readonly severity?: 'warning' | undefined;
}

export function checkDataColumns(
  view: RecipeView,
  { root, files }: { readonly root: string; readonly files: DataFiles },
  reader: Reader | undefined,
  task: Task | undefined,
): void {
  if (reader === undefined || !isFormat(reader) || files.read === undefined) return;
  const named = namedColumns(view);
  const source = sourceOf(view, 'ingest', root, files, reader);
  const headers = headersOf(view, 'ingest', reader, source, files);
  if (source === undefined || headers === undefined || named.length === 0) return;
  const isKnown = ({ column, made }: Named): boolean => headers.has(column) || (made !== undefined && isMade(column, made, headers.names));
  const unknown = named.filter((one) => !isKnown(one));
  for (const one of named) if (one.leftBy !== undefined && isKnown(one)) reportGone(view, one, one.leftBy);
  const [patterns, exact] = [unknown.filter(isOfPattern), unknown.filter((one) => !isOfPattern(one))];
  if (exact.length > 0) reportUnknown(view, exact, headers, source.label);
  for (const pattern of patterns) reportUnused(view, pattern, headers, source.label);
  const target = view.text('target_col');
  const { first } = headers;
  if (target !== undefined && task !== undefined && first !== undefined)
    checkTarget(view, { target, task, header: first, label: firstLabel(source, root), unit: reader === 'json' ? 'record' : 'line' });
}

/** What `expect` says of new data, which no training run reads: told, and no error. */
export function checkScoringColumns(
  view: RecipeView,
  { root, files }: { readonly root: string; readonly files: DataFiles },
  reader: Reader | undefined,
): void {
  if (reader === undefined || !isFormat(reader) || files.read === undefined) return;
  const named = expectedColumns(view, 'ingest_scoring');
  const source = named.length === 0 ? undefined : sourceOf(view, 'ingest_scoring', root, files, reader);
  const headers = headersOf(view, 'ingest_scoring', reader, source, files);
  if (source === undefined || headers === undefined) return;
  const unknown = named.filter(({ column }) => !headers.has(column)).map((one): Named => ({ ...one, severity: 'warning' }));
  const exact = unknown.filter((one) => !isOfPattern(one));
  if (exact.length > 0) reportUnknown(view, exact, headers, source.label, 'ingest_scoring');
  for (const pattern of unknown.filter(isOfPattern)) reportUnused(view, pattern, headers, source.label);
}

function headersOf(view: RecipeView, step: string, reader: Format, source: Source | undefined, files: DataFiles): Headers | undefined {
  const options = optionsOf(view, step);
  return source === undefined || options === undefined
    ? undefined
    : new Headers(source.paths, (path) => readHeader(path, reader, options, files));
}

/** The headers of the files, each read when a column was in none of the earlier ones. */
class Headers {
  readonly #paths: readonly string[];
  readonly #read: (path: string) => Header | undefined;
  readonly #names = new Set<string>();
  #next = 0;
  /** Whether a column that was not found cannot be there. */
  isCertain = true;
  /** Of the first file. */
  first: Header | undefined;

  constructor(paths: readonly string[], read: (path: string) => Header | undefined) {
    this.#paths = paths;
    this.#read = read;
  }

  get names(): readonly string[] {
    return [...this.#names];
  }

  has(column: string): boolean {
    while (!this.#names.has(column) && this.#next < this.#paths.length) {
      if (this.#next >= MOST_FILES) {
        this.isCertain = false;
        break;
      }
      const header = this.#read(this.#paths[this.#next] as string);
      if (this.#next++ === 0) this.first = header;
      if (header?.isComplete !== true) this.isCertain = false;
      for (const name of header?.names ?? []) this.#names.add(name);
    }
    return this.#names.has(column);
  }
}

function sourceOf(view: RecipeView, step: string, root: string, files: DataFiles, reader: Format): Source | undefined {
  const given = view.text('steps', step, 'location');
  const indices = view.indices('steps', step, 'location');
  const locations = given !== undefined ? [given] : indices.map((index) => view.text('steps', step, 'location', index));
  const shown = given !== undefined ? view.shown('steps', step, 'location') : undefined;
  const paths: string[] = [];
  for (const location of locations) {
    const local = location === undefined || isAddress(location) ? undefined : localPath(location);
    if (local === undefined) return undefined;
    const path = isAbsolute(local) ? local : join(root, local);
    const located = locateFiles(path, FILE_ENDINGS[reader], files);
    if (located.kind === 'missing') return undefined;
    paths.push(...located.files.map((file) => file.path));
  }
  if (paths.length === 0) return undefined;
  return { label: locations.length === 1 ? `${shown ?? locations[0]}` : `the ${locations.length} locations`, paths };
}

/** `undefined` when a mistake in them was reported already. */
function optionsOf(view: RecipeView, name: string): HeaderOptions | undefined {
  const step = ['steps', name];
  const isWrong = (key: string): boolean => view.isUnknown(...step, key) || (view.has(...step, key) && view.hasErrorAt([...step, key]));
  if (['delimiter', 'header', 'null_values'].some(isWrong)) return undefined;
  const delimiter = view.text(...step, 'delimiter');
  const nullValues = view.indices(...step, 'null_values').map((index) => view.text(...step, 'null_values', index) ?? '');
  return {
    ...(delimiter !== undefined && { delimiter }),
    hasHeader: view.flag(...step, 'header') ?? DEFAULTS.ingest.header,
    nullValues: view.has(...step, 'null_values') ? nullValues : [...DEFAULTS.ingest.null_values, ...NULL_CANDIDATES],
  };
}

function namedColumns(view: RecipeView): readonly Named[] {
  const target = view.text('target_col');
  const roles = view.names('columns').filter((column) => column !== target);
  return [
    ...(target === undefined || target.trim() === '' ? [] : [{ column: target, path: ['target_col'], at: 'value' as const }]),
    ...roles.map((column) => ({ column, path: ['columns', column], at: 'key' as const })),
    ...splitColumns(view),
    ...operationColumns(view).map((one) => ({ ...one, at: 'value' as const })),
    ...expectedColumns(view, 'ingest'),
  ];
}

function expectedColumns(view: RecipeView, step: string): readonly Named[] {
  const at = ['steps', step, 'expect'];
  const severity = (path: Path) => (view.text(...path, 'severity') === 'warn' ? ('warning' as const) : undefined);
  return [
    ...view.names(...at, 'columns').map((column): Named => {
      const path = [...at, 'columns', column];
      return { column, path, at: 'key', severity: severity(path) };
    }),
    ...view.names(...at, 'checks').flatMap((name) =>
      view.indices(...at, 'checks', name, 'unique').flatMap((index): readonly Named[] => {
        const path = [...at, 'checks', name, 'unique', index];
        const column = view.text(...path);
        return column === undefined ? [] : [{ column, path, at: 'value' }];
      }),
    ),
  ];
}

/** Columns that `split` reads: what it would miss. */
function splitColumns(view: RecipeView): readonly Named[] {
  const using = usingOf(view, 'split');
  const key = ['steps', 'split', using === 'column' ? 'column' : 'key'];
  if (using !== 'column' && using !== 'split_ratios') return [];
  const paths = view.find(...key)?.kind === 'list' ? view.indices(...key).map((index) => [...key, index]) : [key];
  return paths.flatMap((path) => {
    const column = view.text(...path);
    return column === undefined || column.trim() === '' ? [] : [{ column, path, at: 'value' as const }];
  });
}

function firstLabel({ label, paths }: Source, root: string): string {
  return paths.length === 1 || label.includes('${') ? label : relative(root, paths[0] as string).replaceAll('\\', '/');
}

function reportUnknown(view: RecipeView, unknown: readonly Named[], { names, isCertain }: Headers, label: string, step = 'ingest'): void {
  const [only] = names;
  const delimiter = names.length === 1 ? [';', '\t', '|', ','].find((character) => only?.includes(character)) : undefined;
  // What only follows from the wrong delimiter is not told for every column.
  for (const { column, path, at, made = [], severity } of delimiter === undefined ? unknown : unknown.slice(0, 1)) {
    const near = closest(column, [...names, ...made.filter((name) => !/[{*]/.test(name))]);
    // A record further down may have it; a name that differs by a letter is worth a word all the same.
    if (!isCertain && near === undefined) continue;
    view.report({
      code: 'unknown-column',
      severity: isCertain ? (severity ?? 'error') : 'warning',
      path,
      at,
      message: `there is no column \`${column}\` ${isCertain ? 'in' : 'at the beginning of'} ${label}`,
      label: `the columns are ${listNames(names)}`,
      hint:
        delimiter !== undefined
          ? delimiterHint(delimiter, step)
          : near !== undefined
            ? `did you mean \`${near}\`?`
            : headerHint(view, step),
    });
  }
}

/** `*` may be part of a name; the target is never a pattern. */
function isOfPattern({ column, at, made }: Named): boolean {
  return (at === 'key' || made !== undefined) && isPattern(column);
}

/** It may be there for columns of other days. */
function reportUnused(view: RecipeView, { column, path, at }: Named, { names, isCertain }: Headers, label: string): void {
  if (!isCertain || names.some((name) => matches(column, name))) return;
  view.report({
    code: 'unknown-column',
    severity: 'warning',
    path,
    at,
    message: `no column of ${label} fits \`${column}\``,
    label: `the columns are ${listNames(names)}`,
  });
}

function delimiterHint(delimiter: string, step: string): string {
  return `the header is one column: set \`delimiter: ${JSON.stringify(delimiter)}\` in \`steps.${step}\``;
}

function headerHint(view: RecipeView, step: string): string | undefined {
  if (view.flag('steps', step, 'header') !== false) return undefined;
  return 'remove `header: false` when the first line names the columns';
}
