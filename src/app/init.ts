/**
 * Start a project: with a made-up table, or for a table of the user. Everything is decided before
 * anything is written, and a recipe that would not be valid is not written at all.
 */
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type Diagnostic, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { loadRecipe, RECIPE_FILE } from '../recipe/load.ts';
import type { Task } from '../recipe/metric-names.ts';
import { type DataLocation, locateData } from './init/data-location.ts';
import { type DescribedTable, describeTable, type SeenColumn } from './init/describe-table.ts';
import { packageJson } from './init/package-json.ts';
import { readme } from './init/readme.ts';
import { byPath, type ProjectFile, scaffoldFiles } from './init/scaffold.ts';

export interface InitOptions {
  readonly folder: string;
  /** Absent: by the target of `data`; without data, `regression`. */
  readonly template?: Task;
  /** Write into a folder that has files. Existing files are kept as they are. */
  readonly force: boolean;
  /** A file or folder with the user's table. */
  readonly data?: string;
  readonly target?: string;
}

export interface Initialised {
  readonly folder: string;
  readonly template: string;
  /** Relative paths of what was written, in code-unit order. */
  readonly files: readonly string[];
  /** Relative paths of files that were there and stay as they were. */
  readonly kept: readonly string[];
  readonly table?: DescribedTable;
}

/** When the target is missing or misspelt, the columns of the table come along. */
export type InitResult = Result<Initialised> & { readonly columns?: readonly SeenColumn[]; readonly files?: ReadonlyMap<string, string> };

export async function initProject(options: InitOptions): Promise<InitResult> {
  const folder = resolve(options.folder);
  const located = options.data === undefined ? undefined : locateData(options.data, folder);
  const refused = refuseUsage(options) ?? (located?.ok === false ? located.diagnostic : undefined) ?? refuseFolder(folder, options);
  if (refused !== undefined) return failed([refused]);
  if (located === undefined || !located.ok) {
    const task = options.template ?? 'regression';
    return ok(write(folder, `${task}/v1`, withOwn(scaffoldFiles(task, 'sample'), folder, task)));
  }
  return initForTable(folder, located.value, options);
}

async function initForTable(folder: string, data: DataLocation, { target, template }: InitOptions): Promise<InitResult> {
  const described = await describeTable(data, {
    ...(target !== undefined && { target }),
    ...(template !== undefined && { task: template }),
  });
  if (!described.ok) {
    const { diagnostic, columns } = described;
    return { ...failed([diagnostic]), ...(columns !== undefined && { columns }) };
  }
  const table = described.value;
  const recipe = { path: RECIPE_FILE, content: table.recipe };
  const files = withOwn([...scaffoldFiles(table.task, 'table'), recipe], folder, table.task, data.location);
  const content = new Map(files.map((file) => [join(folder, file.path), file.content]));
  // As it will be read. A name that no recipe can hold ends here, with nothing written.
  const checked = loadRecipe({ root: folder, env: {}, readText: (path) => content.get(path) });
  if (!checked.ok) return { ...failed(checked.diagnostics), files: checked.files };
  return ok({ ...write(folder, table.template, files), table });
}

function refuseUsage({ data, target }: InitOptions): Diagnostic | undefined {
  if (target === undefined || data !== undefined) return undefined;
  const hint = `say where the table lies: \`--data my.csv --target ${target}\``;
  return { code: 'usage', severity: 'error', message: '`--target` needs `--data`', hint };
}

function refuseFolder(folder: string, { folder: shown, force, data }: InitOptions): Diagnostic | undefined {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    return { code: 'folder-not-empty', severity: 'error', message: `${shown} is a file`, hint: 'name a folder that is new or empty' };
  if (force || !existsSync(folder)) return undefined;
  // The table itself may wait there for its project.
  const own = data === undefined ? '' : (relative(folder, resolve(data)).split(sep)[0] ?? '');
  if (readdirSync(folder).every((name) => name === '.git' || name === own)) return undefined;
  return {
    code: 'folder-not-empty',
    severity: 'error',
    message: shown === '.' ? 'this folder has files in it' : `${shown} has files in it`,
    hint: 'choose another folder, or pass `--force` to add the files that are missing',
  };
}

function withOwn(scaffold: readonly ProjectFile[], folder: string, task: Task, data?: string): readonly ProjectFile[] {
  const files = scaffold.map((file) => (file.path === 'package.json' ? { ...file, content: packageJson(file.content, folder) } : file));
  const paths = files.map(({ path }) => path);
  return [...files, { path: 'README.md', content: readme(task, paths, data) }].sort(byPath);
}

function write(folder: string, template: string, files: readonly ProjectFile[]): Initialised {
  const kept: string[] = [];
  const written: string[] = [];
  for (const { path, content } of files) {
    const file = join(folder, path);
    if (existsSync(file)) {
      kept.push(path);
      continue;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { flag: 'wx' });
    written.push(path);
  }
  return { folder, template, files: written, kept };
}

/** As a person would type it from the current folder. */
export function shownFolder(folder: string): string {
  const shown = relative(process.cwd(), folder);
  return shown === '' ? '.' : shown.startsWith(join('..', '..', '..')) ? folder : shown;
}
