/**
 * The key of a task: a digest over everything that its result may depend on. What is not in
 * here cannot cause a step to run again, so each field says why it is in, and the list at the
 * end says what is left out and why that is safe.
 */
import type { Json } from '../schema/json.ts';
import { sha256Hex } from './digest.ts';
import { canonicalText } from './encode.ts';
import type { KeyFields } from './ports.ts';
import type { Digest, Task, TaskName } from './task.ts';

/**
 * Raised when the meaning of a field or the shape of the text below changes, and never for a
 * change of a step: those are in `implementation`. Raising it makes every user run everything again.
 */
export const KEY_VERSION = 1;

export function keyOf(task: { readonly name: TaskName; readonly outputs: readonly string[] }, fields: KeyFields): Digest {
  const parts: Json = {
    // Two layouts of the text must never be taken for each other.
    version: KEY_VERSION,
    // Two steps may share code and parameters and still differ in what they are for.
    task: task.name,
    // An entry must hold all that the task is asked to leave. The order of the list means nothing.
    outputs: task.outputs.toSorted(),
    // Our own code decides the result. Derived from the build, so that nobody has to remember a number.
    implementation: fields.implementation,
    // Resolved values, after profile, overrides and defaults, and only those that this step reads:
    // an edit of `evaluate` leaves `train` alone, and two profiles with equal values share results.
    params: fields.params,
    // By role, so that swapped inputs differ, and by content, so that an upstream step that ran again
    // and left the same bytes stops there. Never the upstream key. The label is for people only.
    inputs: Object.fromEntries(unique(fields.inputs.map((input) => [input.role, input.digest]))),
    // The user's code by the digest of its bundle, so comments do not count and imported files do. The
    // file name is in because a step may load two files with different parts.
    userCode: Object.fromEntries(unique(fields.userCode.map((code) => [code.file, code.digest]))),
    // Versions of native packages: another DuckDB may write other bytes.
    environment: fields.environment,
    // Declared variables with their values. The step sees no others.
    env: fields.env,
    // Another seed is another result.
    seed: fields.seed,
  };
  return sha256Hex(canonicalText(parts));
  // Left out, and why that is safe:
  // - the name of the profile, absolute paths, user and host: they do not reach the step as values;
  // - log level, number of parallel steps and threads: outputs do not depend on them, which tests prove;
  // - times of files and their labels: content decides;
  // - `payload` of the task: paths and credentials for the executor, which cannot change the outputs;
  // - its `policy`: time limits and retries decide whether there is a result, not which;
  // - logs, cards, durations and metrics of upstream steps: nothing downstream reads them.
}

/** The fields of a task once the digests of its inputs are known, one for each input in the same order. */
export function keyFields(task: Task, inputDigests: readonly Digest[]): KeyFields {
  return {
    implementation: task.implementation,
    params: task.params,
    inputs: task.inputs.map((input, index) => ({
      role: input.role,
      label: input.kind === 'file' ? input.label : `${input.task} ${input.output}`,
      digest: inputDigests[index] as Digest,
    })),
    userCode: task.userCode.map(({ file, digest }) => ({ file, digest })),
    environment: task.environment,
    env: task.env,
    seed: task.seed,
  };
}

/** Two inputs under one role would hide one of them from the key. */
function unique(pairs: readonly (readonly [string, Digest])[]): readonly (readonly [string, Digest])[] {
  const seen = new Set<string>();
  for (const [name] of pairs) {
    if (seen.has(name)) throw new Error(`a task names ${name} twice`);
    seen.add(name);
  }
  return pairs;
}
