/** Locations of data: whether the files exist, and which reader they need. */
import { isAbsolute, join, posix, relative } from 'node:path';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { addressKind, addressMistake, addressPath, isAddress, shownAddress } from '../address.ts';
import { type DataFiles, extensionOf, localPath, SQLITE_ENDINGS, schemeOf } from '../data-files.ts';
import { formatOf, formatsOf, locateFiles, otherEndings } from '../data-locations.ts';
import { isPattern, splitPattern } from '../file-pattern.ts';
import { inputReader } from '../input-reader.ts';
import type { Path } from '../located.ts';
import { otherWord } from '../other-words.ts';
import type { RecipeView } from '../view.ts';
import { FORMAT_OF_EXTENSION, type Format, type Reader, SPARK_FORMATS } from '../vocabulary.ts';
import { tableFormat } from './not-supported.ts';
import { checkReaderOptions, unused, usingOf } from './sections.ts';

/** Any word that is not one of these is the format argument of a custom loader. */
const READERS: readonly string[] = [...FORMAT_OF_EXTENSION.keys()];
const WORDS: readonly string[] = [...READERS, 'sql', 'sqlite', 'postgresql', 'custom'];

export interface LocationCheck {
  readonly root: string;
  readonly files: DataFiles;
}

/** Reports what is wrong. Returns the reader by step, for those that it could find. */
export function checkLocations(view: RecipeView, where: LocationCheck): ReadonlyMap<string, Reader> {
  const readers = new Map<string, Reader>();
  for (const step of ['ingest', 'ingest_scoring']) {
    if (view.find('steps', step)?.kind !== 'map') continue;
    const using = view.text('steps', step, 'using');
    if (using !== undefined && (SPARK_FORMATS as readonly string[]).includes(using)) continue;
    if (using === 'sql') {
      checkQuery(view, step, where, readers);
      continue;
    }
    const places = locationsOf(view, step);
    // A scaffold leaves `using` empty and the rest out; one of the two is enough to say.
    const isOpen = using?.trim() === '';
    if (places.length === 0 && !isOpen && !view.isUnknown('steps', step, 'location') && !view.has('steps', step, 'location'))
      missingLocation(view, step);
    // Scoring is no part of a training run: what it lacks is only said.
    const severity = step === 'ingest' ? 'error' : 'warning';
    let isSound = places.length > 0;
    for (const path of places) isSound = checkLocation(view, path, where, severity) && isSound;
    const reader = readerOf(view, step, places, where, severity, isSound);
    if (reader === undefined) continue;
    readers.set(step, reader);
    checkReaderOptions(view, step, reader);
  }
  if (usingOf(view, 'split') === 'files')
    for (const part of ['validation', 'test'])
      for (const path of pathsAt(view, ['steps', 'split', part])) checkLocation(view, path, where, 'error');
  return readers;
}

/** A query over files: each input has files of one format. */
function checkQuery(view: RecipeView, step: string, where: LocationCheck, readers: Map<string, Reader>): void {
  const at = ['steps', step];
  if (step !== 'ingest') {
    const message = 'new data cannot come from a query yet';
    const hint = 'name the files; the query of `ingest` is not repeated for them';
    view.report({ code: 'not-supported-yet', severity: 'warning', path: [...at, 'using'], at: 'value', message, hint });
    return;
  }
  for (const [key, what] of [
    ['sql', 'the query, such as `select * from orders`'],
    ['inputs', 'a name and a location for each table of the query: `inputs: {orders: data/orders.csv}`'],
  ] as const) {
    if (
      view.isUnknown(...at, key) ||
      (view.has(...at, key) && (key === 'inputs' ? view.names(...at, key).length > 0 : view.text(...at, key)?.trim() !== ''))
    )
      continue;
    view.report({
      code: 'missing-key',
      path: [...at, key],
      at: 'key',
      message: `\`steps.${step}.${key}\` is missing, which \`using: sql\` needs`,
      hint: `add ${what}`,
    });
  }
  for (const key of ['location', 'loader_method']) if (view.has(...at, key)) unused(view, [...at, key], '`using: sql` reads `inputs`');
  readers.set(step, 'sql');
  checkReaderOptions(view, step, 'sql');
  for (const name of view.names(...at, 'inputs')) {
    const places = pathsAt(view, [...at, 'inputs', name]);
    let isSound = places.length > 0;
    for (const path of places) isSound = checkLocation(view, path, where, 'error') && isSound;
    const format = isSound ? formatOfPlaces(view, places, where, 'error') : undefined;
    if (format !== undefined) readers.set(inputReader(name), format);
  }
}

function locationsOf(view: RecipeView, step: string): readonly Path[] {
  return pathsAt(view, ['steps', step, 'location']);
}

function pathsAt(view: RecipeView, path: Path): readonly Path[] {
  if (view.text(...path) !== undefined) return [path];
  return view
    .indices(...path)
    .map((index) => [...path, index])
    .filter((item) => view.text(...item) !== undefined);
}

function missingLocation(view: RecipeView, step: string): void {
  // A misspelt key is why it is missing. One without a value counts as absent, and nothing is told of it.
  const isMeant = (name: string): boolean => closest(name, ['location']) !== undefined || otherWord(name, ['location']) !== undefined;
  if (view.names('steps', step).some((name) => isMeant(name) && (view.has('steps', step, name) || view.isUnknown('steps', step, name))))
    return;
  view.report({
    code: 'missing-key',
    path: ['steps', step, 'location'],
    at: 'key',
    message: `\`steps.${step}.location\` is missing`,
    label: '`location` belongs in here',
    hint: 'add `location` with the path of the data, relative to the folder of recipe.yaml',
  });
}

function checkLocation(view: RecipeView, path: Path, { root, files }: LocationCheck, severity: 'error' | 'warning'): boolean {
  const location = view.text(...path) ?? '';
  if (location.trim() === '') return false;
  const scheme = schemeOf(location);
  if (isAddress(location)) return checkAddress(view, path, location, severity);
  if (scheme !== undefined && scheme !== 'file') {
    const message = `data at \`${scheme}:\` addresses cannot be read yet`;
    const stops = severity === 'error' ? { stopsRun: true as const } : { severity };
    view.report({ code: 'not-supported-yet', ...stops, path, at: 'value', message, hint: 'download the data and name the local file' });
    return false;
  }
  const local = localPath(location);
  const full = local === undefined ? undefined : absolute(root, local);
  if (local !== undefined && full !== undefined && files.kind(full) !== undefined)
    return checkTableFolder(view, path, full, files, severity);
  if (full !== undefined && isPattern(full)) return checkPattern(view, path, full, { root, files }, severity);
  const folder = full === undefined ? undefined : join(full, '..');
  const names = folder === undefined ? [] : files.names(folder).filter((name) => !name.startsWith('.'));
  const near = closest(posix.basename(location), names) ?? sameStem(posix.basename(location), names);
  const isFolderThere = folder !== undefined && files.kind(folder) === 'folder';
  view.report({
    code: 'file-not-found',
    severity,
    path,
    at: 'value',
    message: `\`${view.shown(...path)}\` does not exist`,
    // What lies around a place that is not told is not told either.
    label:
      folder === undefined || view.isSecret(...path)
        ? undefined
        : isFolderThere
          ? contents(shown(root, folder), names)
          : `there is no folder \`${shown(root, folder)}\``,
    hint: view.isSecret(...path)
      ? 'check what the reference stands for; a path is relative to the folder of recipe.yaml'
      : pathHint(location, near, (path) => files.kind(absolute(root, path)) !== undefined),
  });
  return false;
}

/** The Parquet files in the folder of a Delta or Iceberg table are not the table: some hold rows that were deleted or replaced. */
function checkTableFolder(view: RecipeView, path: Path, full: string, files: DataFiles, severity: 'error' | 'warning'): boolean {
  const names = files.kind(full) === 'folder' ? files.names(full) : [];
  const isIceberg = names.includes('metadata') && files.names(join(full, 'metadata')).some((name) => name.endsWith('.metadata.json'));
  const format = names.includes('_delta_log') ? 'delta' : isIceberg ? 'iceberg' : undefined;
  if (format === undefined) return true;
  const stops = severity === 'error' ? { stopsRun: true as const } : { severity };
  const label = `a table of ${format === 'delta' ? 'Delta Lake, by its `_delta_log`' : 'Iceberg, by its `metadata`'}`;
  view.report({ code: 'not-supported-yet', ...stops, path, at: 'value', ...tableFormat(format), label });
  return false;
}

/** An address is only looked at: nothing is asked of another machine before a run. */
function checkAddress(view: RecipeView, path: Path, location: string, severity: 'error' | 'warning'): boolean {
  const told = addressMistake(location);
  if (told === undefined) return true;
  view.report({ code: 'bad-value', severity, path, at: 'value', ...told });
  return false;
}

/** A pattern that no file answers to: what lies where it begins to vary, and whether another ending would find something. */
function checkPattern(view: RecipeView, path: Path, full: string, { root, files }: LocationCheck, severity: 'error' | 'warning'): boolean {
  if (locateFiles(full, [], files).files.length > 0) return true;
  const location = view.text(...path) ?? '';
  const isSecret = view.isSecret(...path);
  const { folder } = splitPattern(full);
  const isThere = files.kind(folder) === 'folder';
  const [other] = otherEndings(full, files);
  view.report({
    code: 'file-not-found',
    severity,
    path,
    at: 'value',
    message: `no file matches \`${view.shown(...path)}\``,
    label: isSecret
      ? undefined
      : isThere
        ? contents(
            shown(root, folder),
            files.names(folder).filter((name) => !name.startsWith('.')),
          )
        : `there is no folder \`${shown(root, folder)}\``,
    hint: isSecret
      ? 'check what the reference stands for; a path is relative to the folder of recipe.yaml'
      : other !== undefined
        ? `did you mean \`${location.replace(/\.[^./]*$/u, other)}\`?`
        : isThere
          ? '`*` and `?` stay within one name, `**` stands for any number of folders'
          : 'a path is relative to the folder of recipe.yaml',
  });
  return false;
}

function pathHint(location: string, near: string | undefined, exists: (path: string) => boolean): string {
  if (location.startsWith('-') && exists(location.slice(1))) return `write a blank behind the dash of a list: \`- ${location.slice(1)}\``;
  return near === undefined
    ? 'a path is relative to the folder of recipe.yaml'
    : `did you mean \`${posix.join(posix.dirname(location), near)}\`?`;
}

/** The only file that differs in its ending alone. */
function sameStem(name: string, names: readonly string[]): string | undefined {
  const stem = (file: string): string => file.replace(/\..*$/u, '');
  const found = names.filter((other) => stem(other) === stem(name));
  return stem(name) !== '' && found.length === 1 ? found[0] : undefined;
}

function contents(folder: string, names: readonly string[]): string {
  const place = folder === '' ? 'the folder of recipe.yaml' : `\`${folder}\``;
  return names.length === 0 ? `${place} is empty` : `${place} has ${listNames(names)}`;
}

function readerOf(
  view: RecipeView,
  step: string,
  places: readonly Path[],
  { root, files }: LocationCheck,
  severity: 'error' | 'warning',
  isSound: boolean,
): Reader | undefined {
  if (view.isUnknown('steps', step, 'using') || view.isUnknown('steps', step, 'loader_method')) return undefined;
  const using = view.text('steps', step, 'using');
  if (view.has('steps', step, 'loader_method') || using === 'custom') return 'custom';
  const databases = places.filter((path) => addressKind(view.text(...path) ?? '') === 'postgresql');
  const [database] = databases;
  if (using === 'postgresql' || (database !== undefined && using === undefined)) {
    if (databases.length === 1 && places.length === 1) return 'postgresql';
    if (isSound) notOneDatabase(view, places, severity);
    return undefined;
  }
  if (database !== undefined && using?.trim() !== '') {
    view.report({
      code: 'bad-value',
      severity,
      path: ['steps', step, 'using'],
      at: 'value',
      message: `\`${shownAddress(view.shown(...database) ?? '')}\` is the address of a database and cannot be read as \`${using}\``,
      hint: 'write `using: postgresql`, or leave `using` out',
    });
    return undefined;
  }
  if (using === 'sqlite') return using;
  if (using !== undefined) {
    const format = FORMAT_OF_EXTENSION.get(using);
    if (format === undefined && using.trim() !== '') unknownReader(view, step, using, severity);
    return format;
  }
  if (!isSound || view.has('steps', step, 'using')) return undefined;
  return formatOfPlaces(view, places, { root, files }, severity);
}

/** By the endings of the files. */
function formatOfPlaces(
  view: RecipeView,
  places: readonly Path[],
  { root, files }: LocationCheck,
  severity: 'error' | 'warning',
): Format | undefined {
  const formats = places.map((path) => formatOf(placeOf(root, view.text(...path) ?? ''), files));
  const odd = formats.findIndex((format, index) => format === undefined || (index > 0 && format !== formats[0]));
  if (odd === -1) return formats[0];
  const oddPath = places[odd] ?? [];
  const oddText = view.shown(...oddPath) ?? '';
  const oddPlace = placeOf(root, view.text(...oddPath) ?? '');
  const extension = extensionOf(oddPlace);
  const several = formatsOf(oddPlace, files).filter((format) => format !== undefined);
  view.report({
    code: 'unsupported-format',
    severity,
    path: oddPath,
    at: 'value',
    message:
      formats[odd] === undefined
        ? `the format of \`${oddText}\` cannot be told from ${extension === '' ? 'its name' : `\`.${extension}\``}`
        : `\`${oddText}\` is \`${formats[odd]}\` and the first location is \`${formats[0]}\``,
    label: several.length > 1 ? `its files are ${listNames(several, 5, 'and')}` : undefined,
    hint:
      formats[odd] === undefined
        ? oddPath.includes('inputs')
          ? `the file of an input ends in ${listNames(READERS, 9, 'or')}`
          : SQLITE_ENDINGS.some((ending) => oddText.endsWith(ending))
            ? 'a database of SQLite is read with `using: sqlite`, and `table` or `sql`'
            : `write \`using:\` with ${listNames(READERS, 9, 'or')}, or add a \`loader_method\``
        : 'all locations of a step need the same format',
  });
  return undefined;
}

function notOneDatabase(view: RecipeView, places: readonly Path[], severity: 'error' | 'warning'): void {
  const odd = places.find((path) => addressKind(view.text(...path) ?? '') !== 'postgresql') ?? places[1];
  if (odd === undefined) return;
  const isOther = addressKind(view.text(...odd) ?? '') !== 'postgresql';
  view.report({
    code: 'bad-value',
    severity,
    path: odd,
    at: 'value',
    message: isOther ? `\`${view.shown(...odd)}\` is no address of a PostgreSQL database` : 'one database can be read, and not several',
    hint: isOther
      ? 'such as `postgresql://USER:PASSWORD@HOST:5432/DATABASE`, from a variable of the environment'
      : 'join the tables in the database, with `sql`',
  });
}

function unknownReader(view: RecipeView, step: string, using: string, severity: 'error' | 'warning'): void {
  const near = closest(using, WORDS);
  view.report({
    code: 'unsupported-format',
    severity,
    path: ['steps', step, 'using'],
    at: 'value',
    message: `there is no reader for \`${using}\``,
    label: `the readers are ${listNames(WORDS, 10)}`,
    hint: near === undefined ? 'add a `loader_method`, a function in `steps/ingest.ts` that reads the files' : `did you mean \`${near}\`?`,
  });
}

/** The path behind a location, or that of an address, which tells the format. */
function placeOf(root: string, location: string): string {
  return isAddress(location) ? addressPath(location) : absolute(root, localPath(location) ?? '');
}

function absolute(root: string, path: string): string {
  return isAbsolute(path) ? path : join(root, path);
}

/** A folder as the user would type it. */
function shown(root: string, folder: string): string {
  const path = relative(root, folder).replaceAll('\\', '/');
  return path.startsWith('..') ? folder : path;
}
