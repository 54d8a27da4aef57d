/** Asks whether the table that `predict` wrote is still where the recipe wants it. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Reason, Task } from '../engine/task.ts';
import type { Json } from '../schema/json.ts';
import type { Delivered } from '../steps/predict/params.ts';

export function scoredOutputCheck(root: string): NonNullable<Task['revalidate']> {
  return async (result: Json): Promise<Reason | undefined> => {
    const delivered = (result as { readonly facts?: { readonly delivered?: Delivered } }).facts?.delivered;
    if (delivered === undefined) return { kind: 'output-missing', output: 'scored.parquet' };
    const { location, isWritten, isAppended, sizeBytes, modifiedMs } = delivered;
    const there = statSync(resolve(root, location), { throwIfNoEntry: false });
    if (there === undefined) return { kind: 'output-missing', output: location, detail: `${location} is not there` };
    // What was left as it was, or belongs to others as well, is not ours to watch.
    if (!isWritten || isAppended || (there.size === sizeBytes && Math.floor(there.mtimeMs) === modifiedMs)) return undefined;
    return { kind: 'output-missing', output: location, detail: `${location} was changed since` };
  };
}
