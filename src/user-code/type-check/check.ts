/**
 * Check the types of the step files with the project's own TypeScript, in a process of its own, or
 * remember what it said of the same files. The compiler is never loaded here.
 */
import { spawn } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { sortDiagnostics } from '../../diagnostics/sort.ts';
import { writeWhole } from '../paths.ts';
import { type Compiler, findCompiler } from './compiler.ts';
import { configurationOf, stepFiles } from './configuration.ts';
import { explain } from './explain.ts';
import { Memory, recall } from './known.ts';
import { type CompilerError, readOutput } from './output.ts';

export interface TypeCheckOptions {
  /** Absolute path of the project. */
  readonly root: string;
  /** A folder for what is made here. */
  readonly folder: string;
  readonly packageRoot: string;
  /** A file of declarations that takes part, relative to the root, and the names of the columns in it. */
  readonly declaration?: { readonly file: string; columns(): readonly string[] };
  readonly now?: () => number;
}

export interface TypeCheck {
  /** `unavailable` without TypeScript, `nothing` without step files. */
  readonly state: 'checked' | 'known' | 'unavailable' | 'nothing';
  /** Sorted, at most `MOST_TOLD` and one that counts the others. */
  readonly diagnostics: readonly Diagnostic[];
}

const MOST_TOLD = 20;

export async function checkTypes(options: TypeCheckOptions): Promise<TypeCheck> {
  const { folder, packageRoot, declaration, now = Date.now } = options;
  const root = realpathSync(options.root);
  const steps = stepFiles(root);
  if (steps.length === 0) return { state: 'nothing', diagnostics: [] };
  const compiler = findCompiler(root);
  if (compiler === undefined) return { state: 'unavailable', diagnostics: [] };
  const files = [...steps, ...(declaration === undefined ? [] : [declaration.file])];
  const configuration = configurationOf({ root, folder, packageRoot, files });
  const question = { identity: [compiler.version, compiler.program, ...compiler.args, root, configuration.text].join('\n') };
  const answers = join(folder, 'known.json');
  const known = recall(answers, root, question, now);
  if (known !== undefined) return { state: 'known', ...known };

  const config = join(folder, 'tsconfig.json');
  writeWhole(config, configuration.text);
  const memory = new Memory(root, now);
  const ran = await run(compiler, ['-p', config, '--pretty', 'false', '--listFiles'], root);
  const output = readOutput(ran.stdout);
  if (output.files.length === 0) return { state: 'checked', diagnostics: [notRun(compiler, ran, output.errors)] };

  const isOwn = (path: string): boolean => !path.startsWith('../') && !/(^|\/)node_modules\//.test(path);
  const told = output.errors.filter((error): error is CompilerError & { readonly file: string } => {
    const { file } = error;
    if (file === undefined || !isOwn(slashed(file)) || /\.d\.[mc]?ts$/.test(file)) return false;
    return !(configuration.withoutNode && isAboutNode(error));
  });
  // No place of this machine in a message.
  const withoutRoot = (line: string): string => line.replaceAll(`${slashed(root)}/`, '');
  const explaining = {
    textOf: (file: string) => readText(join(root, file)),
    columns: told.length === 0 ? [] : (declaration?.columns() ?? []),
  };
  const diagnostics = capped(
    sortDiagnostics(told.map((error) => explain({ ...error, file: slashed(error.file), lines: error.lines.map(withoutRoot) }, explaining))),
  );
  const own: string[] = [...configuration.files, join(root, 'package.json')].filter((path) => readText(path) !== undefined);
  const foreign: string[] = [];
  for (const path of output.files) {
    const file = resolve(path);
    (isOwn(slashed(relative(root, file))) ? own : foreign).push(file);
  }
  // Written by npm at every change of what is installed: a package that was not found may be there now.
  foreign.push(join(root, 'node_modules/.package-lock.json'));
  memory.keep(answers, question, { own: [...new Set(own)], foreign }, { diagnostics });
  return { state: 'checked', diagnostics };
}

interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run({ program, args }: Compiler, own: readonly string[], cwd: string): Promise<Ran> {
  return new Promise((done) => {
    const child = spawn(program, [...args, ...own], { cwd, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', ({ message }) => done({ exitCode: null, stdout, stderr: message }));
    child.on('close', (exitCode) => done({ exitCode, stdout, stderr }));
  });
}

/** A step is not wrong because the compiler is. */
function notRun({ version }: Compiler, { exitCode, stderr }: Ran, errors: readonly CompilerError[]): Diagnostic {
  const reason = errors[0]?.lines[0] ?? stderr.trim().split('\n')[0] ?? '';
  return {
    code: 'types-unchecked',
    severity: 'warning',
    message: `TypeScript ${version} could not check the step files: ${reason === '' ? `it ended with ${exitCode}` : reason.replace(/\.$/, '')}`,
    hint: 'see what `npx tsc --noEmit` says, or leave the check out with `--no-types`',
  };
}

/** Without declarations for Node its modules and globals are there all the same. */
function isAboutNode({ number, lines }: CompilerError): boolean {
  if (/^TS(?:2580|2584|2591|2503)$/.test(number)) return true;
  return number === 'TS2307' && /'node:/.test(lines[0] ?? '');
}

function capped(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const more = diagnostics.length - MOST_TOLD;
  const next = diagnostics[MOST_TOLD];
  if (next === undefined) return diagnostics;
  return [
    ...diagnostics.slice(0, MOST_TOLD),
    {
      code: 'type-error',
      severity: 'error',
      message: `${more} more type ${more === 1 ? 'error' : 'errors'} from here on`,
      ...(next.span !== undefined && { span: next.span }),
      hint: 'correct the first ones: others may follow from them',
    },
  ];
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
