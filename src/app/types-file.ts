/**
 * Keeps `.recipe/types.d.ts` in step with the data in view. It is looked at once in a run, when
 * `transform` is done or when the run ends. What was looked at is remembered beside it, so that a
 * run in which nothing changed reads one small file and asks for one stat.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineEvent } from '../engine/events.ts';
import type { ActionEntry, Store } from '../engine/ports.ts';
import type { TaskName } from '../engine/task.ts';
import { rolesOf } from './column-settings.ts';
import type { Declaration, DeclaredColumn } from './data-declaration.ts';
import { packageVersion } from './package-root.ts';
import type { ProjectPaths } from './paths.ts';
import type { Project } from './project.ts';
import { storedResult } from './step-result.ts';
import { writeWhole } from './write-file.ts';

const TRANSFORM = 'transform' as TaskName;

export function typesFile({ dot }: ProjectPaths): string {
  return join(dot, 'types.d.ts');
}

export class TypesFile {
  readonly #project: Project;
  readonly #store: Store;
  readonly #entries = new Map<string, ActionEntry>();
  #isDone = false;

  constructor(project: Project, store: Store) {
    this.#project = project;
    this.#store = store;
  }

  /** Something to wait for when the file is looked at. Rejects with an error of the file system. */
  observe(event: EngineEvent): Promise<void> | undefined {
    if (event.type !== 'step-reused' && !(event.type === 'step-finished' && event.status === 'ok')) return undefined;
    this.#entries.set(event.step, event.entry);
    return event.step === TRANSFORM ? this.settle() : undefined;
  }

  /** Writes the file when it is not that of the results that were observed. */
  async settle(): Promise<void> {
    if (this.#isDone) return;
    const stages = this.#stages();
    if (stages === undefined) return;
    this.#isDone = true;
    const { recipe } = this.#project.loaded;
    const { target_col } = recipe;
    const transformed = this.#entries.get(TRANSFORM);
    const key = [...stages, ...(transformed === undefined ? [] : [transformed])].map((entry) => entry.key).join(' ');
    const known = this.#remembered();
    const stamp = stampOf(typesFile(this.#project.paths));
    const from = JSON.stringify([packageVersion(), key, target_col, rolesOf(recipe)]);
    if (stamp !== undefined && known?.from === from && known.stamp === stamp) return;
    await this.#write(stages, transformed);
    this.#remember(from);
  }

  /** What each step left of the rows that stands for `ingest`, itself first; `undefined` when one of them is not there. */
  #stages(): readonly ActionEntry[] | undefined {
    const names = this.#project.steps.map(({ name }) => name as string);
    const rows = names.filter((name) => name === 'ingest' || this.#project.customSteps.get(name)?.standsFor === 'ingest');
    const entries = rows.flatMap((name) => this.#entries.get(name) ?? []);
    return entries.length === rows.length && entries.length > 0 ? entries : undefined;
  }

  async #write(stages: readonly ActionEntry[], transformed: ActionEntry | undefined): Promise<void> {
    // Not on the way of a run in which nothing changed.
    const [{ declarationText, readDeclaration, shapeOf }, { roleOf }] = await Promise.all([
      import('./data-declaration.ts'),
      import('../data/column-rules.ts'),
    ]);
    const rows = stages.map(columnsOf);
    const last = rows.at(-1);
    // The record of a result that an older version made does not say what is asked here.
    if (last === undefined || rows.includes(undefined)) return;
    const { recipe } = this.#project.loaded;
    const path = typesFile(this.#project.paths);
    const before = readText(path);
    const said = before === undefined ? undefined : readDeclaration(before);
    const declaration: Declaration = {
      rows: last,
      stages: rows.length > 1 ? (rows as readonly (readonly DeclaredColumn[])[]) : [],
      target: recipe.target_col,
      roles: Object.fromEntries(last.map(({ name }) => [name, roleOf(rolesOf(recipe), name)])),
      task: this.#project.template.task,
      // The only values that are told; a target cannot be sensitive.
      classes: (storedResult(stages.at(-1) as ActionEntry).facts['classes'] ?? []) as readonly string[],
      isSample: this.#project.sample !== undefined,
    };
    const isSameShape = said?.shape === shapeOf(declaration);
    // Taking turns with a run on all rows, a sample would change the file each time and know less.
    if (declaration.isSample && isSameShape && said?.isSample === false) return;
    // A run that ends before `transform` leaves what an earlier one made of the same columns.
    const features = featuresOf(transformed ?? (isSameShape ? this.#store.current(TRANSFORM) : undefined));
    const text = declarationText(features === undefined ? declaration : { ...declaration, features });
    if (text !== before) writeWhole(path, text);
  }

  #remembered(): { readonly from: string; readonly stamp: string } | undefined {
    try {
      return JSON.parse(readFileSync(memoryFile(this.#project.paths), 'utf8')) as { from: string; stamp: string };
    } catch {
      return undefined;
    }
  }

  #remember(from: string): void {
    const stamp = stampOf(typesFile(this.#project.paths));
    if (stamp !== undefined) writeWhole(memoryFile(this.#project.paths), `${JSON.stringify({ from, stamp })}\n`);
  }
}

/** For which results the file was looked at last, and what the file system said of it then. */
function memoryFile({ build }: ProjectPaths): string {
  return join(build, 'types.json');
}

function columnsOf(entry: ActionEntry): readonly DeclaredColumn[] | undefined {
  const columns = storedResult(entry).facts['columns'] as readonly Partial<DeclaredColumn>[] | undefined;
  return columns?.every(({ missing }) => typeof missing === 'number') === true ? (columns as readonly DeclaredColumn[]) : undefined;
}

function featuresOf(entry: ActionEntry | undefined): readonly string[] | undefined {
  if (entry === undefined) return undefined;
  const features = storedResult(entry).facts['features'] as readonly { readonly name: string }[] | undefined;
  return features?.map(({ name }) => name);
}

function stampOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat?.isFile() === true ? `${stat.size} ${stat.mtimeNs} ${stat.ino}` : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
