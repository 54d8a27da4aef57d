/** Where a training leaves its state while it runs: in files of the step's progress folder. That it goes on from one is said in the log, and changes no output. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoints } from '../../ml/estimator.ts';
import type { Json } from '../../schema/json.ts';
import type { StepContext } from '../define.ts';

/** `name` tells trainings of one step apart: it becomes the name of a file. */
export function checkpointsOf(context: Pick<StepContext, 'progressFolder' | 'log'>, name = 'fit'): Checkpoints {
  const file = (): string => join(context.progressFolder(), `checkpoint-${name}.json`);
  return {
    read() {
      const state = readWhole(file());
      if (state !== undefined) context.log('a training that was interrupted left a checkpoint');
      return state;
    },
    write(state) {
      const path = file();
      // Whole or not at all, whenever the process is killed.
      writeFileSync(`${path}.draft`, JSON.stringify(state));
      renameSync(`${path}.draft`, path);
    },
  };
}

/** Undefined when none was written, and when the disk lost a part of it: the training then begins anew. */
function readWhole(path: string): Json | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Json;
  } catch {
    return undefined;
  }
}
