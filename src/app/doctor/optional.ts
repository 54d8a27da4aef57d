/** Packages that nobody needs: whether they are there, load, and what each is good for. */
import { execFile } from 'node:child_process';
import { installedVersion } from '../../user-code/packages.ts';
import { type Check, type CheckResult, firstLine } from './check.ts';

interface Optional {
  readonly name: string;
  /** What one gains by it, behind "for". */
  readonly gain: string;
  readonly install: string;
  /** Known trouble, told when it does not load. */
  readonly trouble?: string;
}

const OPTIONAL: readonly Optional[] = [
  { name: 'typescript', gain: 'checking the types of `steps/*.ts`; they run without it', install: 'npm install --save-dev typescript' },
  { name: 'ml-random-forest', gain: 'an estimator of its style in `steps/train.ts`', install: 'npm install ml-random-forest' },
  {
    name: '@tensorflow/tfjs-layers',
    gain: '`using: neural_network`, and layers of your own',
    install: 'npm install @tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-cpu @tensorflow/tfjs-backend-wasm',
  },
  {
    name: '@tensorflow/tfjs-node',
    gain: 'neural networks with the native library, several times as fast',
    install: 'npm install @tensorflow/tfjs-node',
    trouble: 'it has no binaries for newer versions of Node; `@tensorflow/tfjs-layers` with a backend does the same without it',
  },
  { name: 'apache-arrow', gain: 'tables of Arrow in your steps (`toArrow`)', install: 'npm install apache-arrow' },
  {
    name: 'danfojs-node',
    gain: 'data frames in your steps',
    install: 'npm install danfojs-node --ignore-scripts',
    trouble: 'it needs `overrides` in package.json, which the README of mlrecipe shows',
  },
];

/** Loading TensorFlow.js from a cold disk takes a while; what takes longer hangs. */
const LOAD_MS = 20_000;

/** Seen from `folder`, as a step of the project would see them. */
export function optionalChecks(folder: string): readonly Check[] {
  return OPTIONAL.map((one) => ({ name: one.name, group: 'optional', look: () => lookAt(one, folder) }));
}

async function lookAt({ name, gain, install, trouble }: Optional, folder: string): Promise<CheckResult> {
  const version = installedVersion(folder, name);
  if (version === null) return { state: 'note', message: `not installed, and nothing needs it; for ${gain}`, hint: install };
  const failure = await loadFailure(name, folder);
  if (failure === undefined) return { state: 'ok', message: `${version} loads; for ${gain}` };
  return {
    state: 'warning',
    message: `${version} is installed and does not load: ${failure}`,
    hint: trouble ?? `install it again: \`${install}\``,
  };
}

/** In a process of its own: a native library that does not fit may end the process that loads it. */
function loadFailure(name: string, folder: string): Promise<string | undefined> {
  const code = `import(${JSON.stringify(name)}).then(() => process.exit(0), (error) => { console.error('FAILED ' + error.message); process.exit(1); })`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', code], { cwd: folder, timeout: LOAD_MS }, (error, _stdout, stderr) => {
      if (error === null) resolve(undefined);
      else if (error.killed === true) resolve(`no end after ${LOAD_MS / 1000} s`);
      else resolve(firstLine(/^FAILED (.*)$/mu.exec(stderr)?.[1] ?? `its process ended with ${error.signal ?? error.code}`));
    });
  });
}
