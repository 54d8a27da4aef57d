/**
 * A table's raw columns to bins, one feature after the other, in the memory of a forest's fit.
 */
import type { FeatureMatrix } from '../estimator.ts';
import { MISSING } from '../kernels/forest-layout.ts';
import { Kernel, type Task } from '../kernels/machine.ts';
import { type BinnedFeature, binColumn } from '../trees/binning.ts';
import { CUT_TABLE_BYTES, writeCuts } from '../trees/cut-table.ts';
import { walkFeatures } from './forest-parts.ts';
import type { ForestWorkshop } from './forest-workshop.ts';

/** Missing values go to the bin after the last that a byte can hold, whatever the feature. */
export function binWholeColumns(workshop: ForestWorkshop, features: readonly BinnedFeature[], x: FeatureMatrix): void {
  const { machine, columns, stage, stageBytes } = workshop;
  const rows = (stageBytes - CUT_TABLE_BYTES) / 8;
  const jobs = walkFeatures(features).flatMap((feature, f) =>
    Array.from({ length: Math.ceil(x.rowCount / rows) }, (_, block) => ({ feature, f, begin: block * rows })),
  );
  for (let done = 0; done < jobs.length; ) {
    const batch = jobs.slice(done, done + machine.threads);
    const tasks: Task[] = [];
    for (const { feature, f, begin } of batch) {
      const values = (x.columns[f] as Float64Array).subarray(begin, begin + rows);
      const bins = columns + f * x.rowCount + begin;
      // Codes of thousands of categories are looked up here.
      if (feature.kind === 'categorical') {
        machine.bytes(bins, values.length).set(binColumn(feature, values));
        continue;
      }
      const at = stage + tasks.length * stageBytes;
      const table = at + 8 * rows;
      machine.numbers(at, values.length).set(values);
      writeCuts(machine, table, feature.cuts);
      tasks.push([Kernel.binNumbers, at, values.length, table, MISSING, bins, 1, bins]);
    }
    if (tasks.length > 0) machine.round(tasks);
    done += batch.length;
  }
}
