/** A temporary project and the real command: writes files, runs the built CLI as a child process, gives back what it said. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const SAMPLES: string = join(REPOSITORY, 'node_modules/@observablehq/sample-datasets');
const COMMAND = join(REPOSITORY, 'bin/recipe.js');

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class RecipeRig {
  readonly root: string;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.root = mkdtempSync(join(tmpdir(), 'mlrecipe test '));
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} does not contain ${JSON.stringify(from)}`);
    this.write(path, text.replace(from, to));
  }

  copy(from: string, path: string): void {
    cpSync(from, join(this.root, path), { recursive: true });
  }

  /** The environment is wiped, except for what a process needs to start. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}, node: readonly string[] = []): Promise<CommandResult> {
    return command(process.execPath, [...node, COMMAND, ...args], { cwd: this.root, env: { ...bareEnvironment(), ...env } });
  }

  /** The events of `recipe run --json`, with the last one apart. */
  async events(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{
    readonly exitCode: number | null;
    readonly events: readonly RunEventLine[];
    readonly finished: FinishedLine;
    readonly stderr: string;
  }> {
    const { exitCode, stdout, stderr } = await this.run(['run', '--json', ...args], env);
    const events = stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as RunEventLine);
    return { exitCode, events, finished: events.at(-1) as unknown as FinishedLine, stderr };
  }

  async plan(args: readonly string[] = []): Promise<Readonly<Record<string, string>>> {
    const { stdout } = await this.run(['plan', '--json', ...args]);
    const { steps } = JSON.parse(stdout) as { steps: { name: string; state: string }[] };
    return Object.fromEntries(steps.map(({ name, state }) => [name, state]));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export interface RunEventLine {
  readonly type: string;
  readonly step?: string;
  readonly [field: string]: unknown;
}

export interface FinishedLine {
  readonly type: string;
  readonly status: string;
  readonly executed: readonly string[];
  readonly reused: readonly string[];
  readonly blocked: readonly string[];
  readonly skipped: readonly string[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly verdict: string | null;
  readonly runId: string | null;
  readonly findings: readonly { readonly code: string; readonly severity: string; readonly message: string; readonly column?: string }[];
  readonly cards: Readonly<Record<string, string>>;
  readonly sharedCache?: {
    readonly restored: readonly string[];
    readonly receivedBytes: number;
    readonly written: readonly string[];
    readonly sentBytes: number;
    readonly notWritten: readonly string[];
  };
}

export function command(program: string, args: readonly string[], options: SpawnOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

export function bareEnvironment(): Readonly<Record<string, string>> {
  const { PATH, HOME, TMPDIR, SystemRoot } = process.env;
  return Object.fromEntries(
    Object.entries({ PATH, HOME, TMPDIR, SystemRoot }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
