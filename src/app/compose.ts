/**
 * From a valid recipe to the tasks of the engine: the parameters that each step reads, its input
 * files, the digests of its code. What is not put into a task here cannot cause a re-run.
 */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Diagnostic, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { closest } from '../diagnostics/suggest.ts';
import type { Task, TaskInput, TaskName, UserCode } from '../engine/task.ts';
import { readStepDigests } from '../executors/step-digests.ts';
import type { WorkerPayload } from '../executors/worker-payload.ts';
import type { Json } from '../schema/json.ts';
import type { StepDefinition } from '../steps/define.ts';
import { MODEL_ROLE } from '../steps/model-input.ts';
import { fingerprint, type UserBundle } from '../user-code/fingerprint.ts';
import { areUnchanged } from '../user-code/sources.ts';
import { inputFiles } from './input-files.ts';
import { missingTensorFlow } from './missing-tensorflow.ts';
import { nativeVersions } from './native-versions.ts';
import { packageRoot, packageVersion } from './package-root.ts';
import type { Project } from './project.ts';
import { scoredOutputCheck } from './scored-output-check.ts';
import type { StepSettings, UserFunction } from './step-reads.ts';
import { stepSettings } from './step-settings.ts';

export interface Composition {
  readonly tasks: readonly Task[];
  /** By the file's path relative to the root, such as `steps/train.ts`. */
  readonly bundles: ReadonlyMap<string, UserBundle>;
}

export interface ComposeOptions {
  /** Only to find mistakes: a recipe that asks for what cannot run yet composes all the same. */
  readonly isCheck?: boolean;
  /** Which of the two runs of a recipe. Training when absent; a check looks at both. */
  readonly part?: 'training' | 'scoring';
  /** Asked by the register task whether what it recorded is still there. */
  readonly revalidateRegister?: NonNullable<Task['revalidate']>;
}

export async function composeTasks(project: Project, options: ComposeOptions = {}): Promise<Result<Composition>> {
  const part = options.part ?? 'training';
  const isCheck = options.isCheck === true;
  if (!isCheck && part === 'training' && project.loaded.unavailable.length > 0) return failed(project.loaded.unavailable);
  const training =
    part === 'training' || isCheck ? project.steps.map((step) => ({ step, settings: stepSettings(project, step.name) })) : [];
  const hasScoring = project.scoringSteps.length > 0 && (part === 'scoring' || isCheck);
  // Not on the way of a training run.
  const scoring = hasScoring ? await (await import('./scoring-settings.ts')).composeScoring(project, isCheck) : ok([]);
  if (!scoring.ok) return scoring;
  const settings = [...training, ...scoring.value];
  const diagnostics: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const bundles = new Map<string, UserBundle>();
  for (const { settings: own } of settings) {
    for (const asked of own.functions) {
      const { file, method, at } = asked;
      const bundle = bundles.get(file) ?? (await bundleOf(project, file, at, diagnostics, warnings));
      if (bundle === undefined) continue;
      bundles.set(file, bundle);
      if (!bundle.exports.includes(method)) diagnostics.push(unknownFunction(project, file, method, at, bundle.exports));
      else diagnostics.push(...tooManyParameters(project, asked, bundle));
    }
  }
  // Where the data cannot be read yet there are no files to look for.
  const empty =
    project.loaded.unavailable.length > 0 ? undefined : noDataFiles(project, settings.find(({ step }) => step.name === 'ingest')?.settings);
  if (empty !== undefined) diagnostics.push(empty);
  diagnostics.push(...missingInputs(project));
  warnings.push(...missingTensorFlow(project.loaded));
  if (diagnostics.length > 0) return failed(oncePerFile(diagnostics));

  const digests = readStepDigests(packageRoot());
  const environment = nativeVersions(packageRoot());
  const tasks = settings.map(({ step, settings: own }) => {
    const implementation = digests[project.customSteps.has(step.name) ? 'custom' : step.name];
    if (implementation === undefined) throw new Error(`the build has no digest for the step ${step.name}`);
    const userCode = [...new Set(own.functions.filter(({ inKey }) => inKey).map(({ file }) => file))].map((file): UserCode => {
      const { digest, inputs } = bundles.get(file) as UserBundle;
      return { file, digest, isUnchanged: () => areUnchanged(project.paths.root, inputs) };
    });
    const task: Task = {
      name: step.name as string as TaskName,
      implementation,
      params: own.params as Json,
      inputs: [...ownInputs(step), ...own.files],
      outputs: Object.values(step.outputs),
      userCode,
      environment: own.usesDuckDb ? environment : {},
      env: own.env ?? {},
      seed: own.seed,
      ...policyOf(project, step.name),
      payload: payload(project, step, own, bundles),
    };
    if (step.name === 'predict') return { ...task, revalidate: scoredOutputCheck(project.paths.root) };
    return step.name === 'register' && options.revalidateRegister !== undefined
      ? { ...task, revalidate: options.revalidateRegister }
      : task;
  });
  return ok({ tasks, bundles }, warnings);
}

/** Names that no file answers to: a pattern that matches nothing, or a file that is not there. */
function missingInputs(project: Project): readonly Diagnostic[] {
  return Object.entries(project.loaded.recipe.custom_steps).flatMap(([name, { inputs }]) =>
    inputs.flatMap((pattern, index): Diagnostic[] => {
      const files = inputFiles(project.paths.root, [pattern]);
      if (files.length > 0 && files.every(({ path }) => existsSync(path))) return [];
      const place = ['steps', name, 'inputs', ...(Array.isArray(project.loaded.recipe.custom_steps[name]?.inputs) ? [index] : [])];
      const span = project.loaded.locate(place, 'value') ?? project.loaded.locate(['steps', name, 'inputs'], 'value');
      return [
        {
          code: 'file-not-found',
          severity: 'error',
          message: /[*?]/.test(pattern) ? `no file matches \`${pattern}\`` : `\`${pattern}\` does not exist`,
          ...(span !== undefined && { span }),
          hint: 'paths and patterns are relative to the folder of recipe.yaml',
        },
      ];
    }),
  );
}

function policyOf(project: Project, step: string): Pick<Task, 'policy'> {
  const said = project.loaded.recipe.patience[step];
  if (said === undefined) return {};
  const { timeout_ms: timeoutMs, retries } = said;
  return { policy: { ...(timeoutMs !== undefined && { timeoutMs }), ...(retries !== undefined && { retries }) } };
}

function ownInputs(step: StepDefinition): readonly TaskInput[] {
  return Object.entries(step.inputs).map(([role, { step: from, output }]) => ({
    kind: 'output',
    role,
    task: from as string as TaskName,
    output,
  }));
}

function payload(project: Project, step: StepDefinition, settings: StepSettings, bundles: ReadonlyMap<string, UserBundle>): WorkerPayload {
  const userCode: Record<string, string> = {};
  for (const { file } of settings.functions) {
    const bundle = bundles.get(file);
    if (bundle !== undefined) userCode[file] = bundle.bundlePath;
  }
  return {
    step: step.name,
    code: project.customSteps.has(step.name) ? 'custom' : step.name,
    root: project.paths.root,
    userCode,
    inputNames: inputNames(settings.files),
    ...(settings.pace !== undefined && { pace: settings.pace }),
    ...(step.name === 'split' && { lastOutputs: join(project.paths.outputs, step.name) }),
    card: {
      recipe: project.name,
      facts: [
        { label: 'Recipe', value: `${project.name} (${project.template.id})` },
        { label: 'Profile', value: project.loaded.profile ?? 'none' },
        { label: 'mlrecipe', value: packageVersion() },
        { label: 'Node', value: process.version },
        { label: 'Reproduce', value: `npx mlrecipe run --step ${step.name}` },
      ],
    },
  };
}

/** What the name of a file does not say: where it comes from, and which of two files of one name it is. */
function inputNames(inputs: readonly TaskInput[]): Readonly<Record<string, string>> {
  const files = inputs.filter((input) => input.kind === 'file');
  const names = files.map(({ path }) => basename(path));
  const isAlone = (index: number): boolean => names.indexOf(names[index] as string) === names.lastIndexOf(names[index] as string);
  return Object.fromEntries(
    files.flatMap(({ role, label }, index) =>
      label.includes('${') || label.includes('://') || role.startsWith(MODEL_ROLE) || !isAlone(index) ? [[role, label] as const] : [],
    ),
  );
}

async function bundleOf(
  project: Project,
  file: string,
  at: readonly string[],
  diagnostics: Diagnostic[],
  warnings: Diagnostic[],
): Promise<UserBundle | undefined> {
  const made = await fingerprint({ root: project.paths.root, file, buildFolder: project.paths.build, packageRoot: packageRoot() });
  if (!made.ok) {
    const place = project.loaded.locate(at, 'value');
    // A file that is not there has no place of its own: the recipe names it.
    diagnostics.push(
      ...made.diagnostics.map((found) =>
        found.span === undefined && place !== undefined
          ? {
              ...found,
              span: place,
              label: `the function is looked for in ${file}`,
              hint: found.hint ?? `create ${file} and export the function there`,
            }
          : found,
      ),
    );
    return undefined;
  }
  warnings.push(...made.warnings);
  return made.value;
}

/** A folder is a fine location, unless nothing in it can be read. */
function noDataFiles(project: Project, ingest: StepSettings | undefined): Diagnostic | undefined {
  if (ingest === undefined || ingest.files.length > 0) return undefined;
  const { using, location } = project.loaded.recipe.steps.ingest;
  const span = project.loaded.locate(['steps', 'ingest', 'location'], 'value');
  return {
    code: 'file-not-found',
    severity: 'error',
    message: `${location.map((name) => `\`${name}\``).join(', ')} holds no ${using === 'custom' ? '' : `${using} `}file`,
    ...(span !== undefined && { span }),
    hint: 'name a file, or a folder with files that end in the format',
  };
}

function unknownFunction(project: Project, file: string, method: string, at: readonly string[], exports: readonly string[]): Diagnostic {
  const span = project.loaded.locate(at, 'value');
  const near = closest(method, exports);
  return {
    code: 'unknown-function',
    severity: 'error',
    message: `\`${file}\` does not export a function \`${method}\``,
    ...(span !== undefined && { span }),
    label: exports.length === 0 ? 'the file exports no function' : `it exports ${exports.map((name) => `\`${name}\``).join(', ')}`,
    hint: near === undefined ? `add \`export function ${method}(…)\` to ${file}` : `did you mean \`${near}\`?`,
  };
}

/** A function that asks for more than the step has would get nothing for the rest. */
function tooManyParameters(project: Project, { file, method, gets, at }: UserFunction, { signatures }: UserBundle): readonly Diagnostic[] {
  const required = Object.hasOwn(signatures, method) ? (signatures[method]?.required ?? []) : [];
  const [first, last] = [required[gets.length], required.at(-1)];
  if (first === undefined || last === undefined) return [];
  const named = project.loaded.locate(at, 'value');
  return [
    {
      code: 'bad-signature',
      severity: 'error',
      message: `\`${method}\` requires ${counted(required.length)}, and is called with ${gets.length === 0 ? 'none' : gets.length}`,
      span: { file, start: first.start, end: last.end },
      label: `the step calls \`${method}(${gets.join(', ')})\``,
      ...(named !== undefined && { related: [{ span: named, message: 'named here' }] }),
      hint: 'remove what the step does not give, or give it a default value',
    },
  ];
}

function counted(count: number): string {
  return count === 1 ? '1 argument' : `${count} arguments`;
}

/** A file that several sections name is compiled once, but its errors arrive once for each. */
function oncePerFile(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((diagnostic) => {
    const id = JSON.stringify([diagnostic.code, diagnostic.message, diagnostic.span ?? null]);
    return !seen.has(id) && seen.add(id);
  });
}
