/** What a step is given to work with: the only doors between its code and the run. */
import { mkdirSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import type { DataEngine } from '../data/engine.ts';
import type { StepProgress } from '../engine/ports.ts';
import type { RunMessage } from '../executors/worker-messages.ts';
import type { StepContext } from '../steps/define.ts';
import { loadFunction } from '../user-code/load.ts';
import { hasThreads, openThreads } from './threads.ts';

export interface ContextParts {
  readonly message: RunMessage;
  readonly signal: AbortSignal;
  readonly data: () => Promise<DataEngine>;
  readonly log: (line: string) => void;
  readonly progress: (progress: StepProgress) => void;
}

export function stepContext({ message, signal, data, log, progress }: ContextParts): StepContext {
  const { params, inputs, inputNames, lastOutputs, seed, staging, userCode } = message;
  const codeOf = (file: string) => {
    const code = Object.hasOwn(userCode, file) ? userCode[file] : undefined;
    // Its digest is not in the key, so running it could give a result that the key does not stand for.
    if (code === undefined) throw new Error(`the step asks for ${file}, which its task does not declare`);
    return code;
  };
  return {
    params,
    pace: message.pace ?? {},
    inputs,
    inputNames,
    ...(lastOutputs !== undefined && { lastOutputs }),
    seed,
    signal,
    data,
    log,
    progress,
    output(path) {
      const normal = normalize(path);
      if (isAbsolute(path) || normal.split(sep).includes('..')) throw new Error(`the output ${path} is outside the output folder`);
      const absolute = join(staging, normal);
      mkdirSync(dirname(absolute), { recursive: true });
      return absolute;
    },
    progressFolder() {
      // An executor that keeps none gives one that goes with the attempt.
      const folder = message.progressFolder ?? join(staging, '.progress');
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    ...(hasThreads() && {
      threads: (wanted) =>
        openThreads(wanted, Object.fromEntries(Object.entries(userCode).map(([file, { bundlePath }]) => [file, bundlePath])), signal),
    }),
    userFunction: async (file, functionName) => loadFunction({ file, bundlePath: codeOf(file).bundlePath, functionName }),
    userCodeDigest(file) {
      const { digest } = codeOf(file);
      if (digest === undefined) throw new Error(`the key of the task does not name ${file}`);
      return digest;
    },
  };
}
