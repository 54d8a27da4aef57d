/** What must hold of every load, whatever the files say. Gives what does not. */
import { join } from 'node:path';
import { CODES } from '../../../src/diagnostics/codes.ts';
import type { Diagnostic, Span } from '../../../src/diagnostics/diagnostic.ts';
import { diagnosticToJson, renderConcise, renderDiagnostic } from '../../../src/diagnostics/render.ts';
import { type DataFiles, FILE_ENDINGS } from '../../../src/recipe/data-files.ts';
import { readHeader } from '../../../src/recipe/headers/read-header.ts';
import { type LoadResult, loadRecipe } from '../../../src/recipe/load.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';
import type { Format } from '../../../src/recipe/vocabulary.ts';
import type { FuzzInput } from './inputs.ts';
import { recipeText } from './recipe-text.ts';

const ROOT = '/projects/houses';
const MOST_DRAWN = 60;

/** What a trial gave. */
export interface Outcome {
  /** What is wrong. An error that is thrown is wrong as well. */
  readonly fault?: string;
  readonly isAccepted: boolean;
  readonly codes: readonly string[];
}

export function outcomeOf(input: FuzzInput): Outcome {
  try {
    if (input.data !== undefined) readAsEveryFormat(input.data);
    const result = load(input);
    const found = result.ok ? result.warnings : result.diagnostics;
    const fault = faultOf(result, input);
    return { isAccepted: result.ok, codes: found.map(({ code }) => code), ...(fault !== undefined && { fault }) };
  } catch (error) {
    return { isAccepted: false, codes: [], fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function faultOf(result: LoadResult, input: FuzzInput): string | undefined {
  const found = result.ok ? [...result.warnings, ...result.value.unavailable] : result.diagnostics;
  if (!result.ok && !found.some(({ severity }) => severity === 'error')) return 'refused without an error';
  if (result.ok && result.warnings.some(({ severity }) => severity === 'error')) return 'accepted with an error';
  const mayBeTorn = holdsHalves(input);
  for (const [index, diagnostic] of found.entries()) {
    // A text with thousands of mistakes is drawn in part: the places of all are looked at.
    const fault = faultOfDiagnostic(diagnostic, result) ?? (index < MOST_DRAWN ? faultOfDrawing(diagnostic, result, mayBeTorn) : undefined);
    if (fault !== undefined) return `${fault}\n${JSON.stringify(diagnostic)}`;
  }
  // What cannot be run is accepted for its form alone.
  return result.ok && result.value.unavailable.length === 0 ? roundTrip(result.value.recipe, input) : undefined;
}

function load({ recipe, profile, base, text, envFile, named, set, env, data }: FuzzInput): LoadResult {
  const texts = new Map([[join(ROOT, 'recipe.yaml'), recipe]]);
  if (profile !== undefined) texts.set(join(ROOT, 'profiles', 'local.yaml'), profile);
  if (base !== undefined) texts.set(join(ROOT, 'profiles', 'base.yaml'), base);
  return loadRecipe({
    root: ROOT,
    set,
    env,
    readText: (path) => texts.get(path) ?? (path.endsWith('.yaml') ? undefined : text),
    ...(envFile !== undefined && { envFiles: [{ name: '.env', text: envFile }] }),
    files: files(data),
    ...(named !== undefined && { profile: named }),
  });
}

/** A disk on which every name with a known ending is a file, and `data` a folder. */
function files(data: Uint8Array | undefined): DataFiles {
  const endings = Object.values(FILE_ENDINGS).flat();
  const kind = (path: string): 'file' | 'folder' | undefined =>
    endings.some((ending) => path.endsWith(ending)) ? 'file' : path.endsWith('data') ? 'folder' : undefined;
  const names = (path: string): readonly string[] => (path.endsWith('data') ? ['a.csv', 'b.csv', 'houses.csv'] : []);
  return { kind, names, ...(data !== undefined && { read: (_path, from, length) => part(data, from, length) }) };
}

function part(data: Uint8Array, from: number, length: number): { readonly bytes: Uint8Array; readonly fileSize: number } {
  const start = from < 0 ? Math.max(0, data.length + from) : from;
  return { bytes: data.subarray(start, start + length), fileSize: data.length };
}

function readAsEveryFormat(data: Uint8Array): void {
  for (const format of Object.keys(FILE_ENDINGS) as Format[]) {
    for (const hasHeader of [true, false]) {
      const header = readHeader('any', format, { hasHeader, nullValues: ['NA'] }, files(data));
      for (const name of header?.names.slice(0, 3) ?? []) header?.sample?.(name);
    }
  }
}

function faultOfDiagnostic({ code, message, span, related = [] }: Diagnostic, result: LoadResult): string | undefined {
  if (!Object.hasOwn(CODES, code)) return `the code ${code} is not one of ours`;
  if (!/\S/u.test(message)) return 'says nothing';
  for (const place of [...(span === undefined ? [] : [span]), ...related.map((other) => other.span)]) {
    const fault = faultOfSpan(place, result);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfDrawing(diagnostic: Diagnostic, result: LoadResult, mayBeTorn: boolean): string | undefined {
  const { code, severity, message, label = '', hint = '' } = diagnostic;
  const sourceOf = (file: string): string | undefined => result.files.get(file);
  const block = renderDiagnostic(diagnostic, sourceOf);
  const concise = renderConcise(diagnostic, sourceOf);
  const { line, column } = diagnosticToJson(diagnostic, sourceOf);
  if (diagnostic.span !== undefined && !((line ?? 0) >= 1 && (column ?? 0) >= 1)) return `JSON has line ${line} and column ${column}`;
  if (!block.startsWith(`${severity}[${code}]: `)) return `the block begins otherwise: ${block}`;
  if (concise.includes('\n')) return `more than one line: ${concise}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the terminal
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/u.test(block + concise)) return 'a control character in the text';
  const texts = { message, label, hint, block, concise };
  for (const [name, text] of Object.entries(texts))
    if (!mayBeTorn && HALF.test(text)) return `half a character in ${name}: ${JSON.stringify(text)}`;
  if (block.length > 6000 + message.length + hint.length + label.length) return `a block of ${block.length} characters`;
  return undefined;
}

function faultOfSpan({ file, start, end }: Span, { files: texts }: LoadResult): string | undefined {
  const length = texts.get(file)?.length;
  if (length === undefined) return `a place in ${file}, which was not read`;
  return Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= length
    ? undefined
    : `the place ${start}–${end} of ${file}, which has ${length} characters`;
}

/** Whether half of a character, or the escape of one, is in the input already. */
function holdsHalves({ recipe, profile = '', base = '', text = '', envFile = '', named = '', set, env, data }: FuzzInput): boolean {
  const texts = [
    recipe,
    profile,
    base,
    text,
    envFile,
    named,
    ...set,
    ...Object.values(env),
    data === undefined ? '' : Buffer.from(data).toString('latin1'),
  ];
  return texts.some((one) => HALF.test(one) || /\\u[dD][89a-fA-F]|\\U0000[dD][89a-fA-F]/.test(one));
}

const HALF = /\p{Surrogate}/u;

function roundTrip(recipe: Recipe, { env, data }: FuzzInput): string | undefined {
  const text = recipeText(recipe);
  const again = load({ kind: 'again', recipe: text, set: [], env, ...(data !== undefined && { data }) });
  if (!again.ok)
    return `written out, it does not load: ${again.diagnostics.map((found) => renderConcise(found, () => undefined)).join('; ')}\n${text}`;
  const [before, after] = [recipeText(recipe), recipeText(again.value.recipe)];
  return before === after ? undefined : `written out, it is another:\n${before}\n${after}`;
}
