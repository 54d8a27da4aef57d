import type { BinnedFeature } from '../../src/ml/trees/binning.ts';
import { type Packing, Workshop } from '../../src/ml/trees/workshop.ts';

export interface WorkshopContents {
  readonly features: readonly BinnedFeature[];
  /** Bins of each feature. */
  readonly columns: readonly ArrayLike<number>[];
  readonly gradients: ArrayLike<number>;
  readonly hessians?: ArrayLike<number> | undefined;
  readonly maxLeaves?: number;
  readonly threads?: number;
  readonly twin?: boolean;
  readonly packing?: Packing;
}

/** A workshop whose memory holds these bins and derivatives. */
export function workshopOf({
  features,
  columns,
  gradients,
  hessians,
  maxLeaves = 31,
  threads = 1,
  twin = false,
  packing,
}: WorkshopContents): Workshop {
  const rowCount = gradients.length;
  const workshop = new Workshop(
    {
      rowCount,
      featureCount: features.length,
      outputs: 1,
      maxLeaves,
      hasHessians: hessians !== undefined,
      hasWeights: false,
      drawsRows: true,
      drawsFeatures: true,
      validationRows: 0,
    },
    { threads, twin, ...(packing !== undefined && { packing }) },
  );
  const { machine, width } = workshop;
  const bins = machine.bytes(workshop.bins, rowCount * width);
  columns.forEach((column, f) => {
    machine.bytes(workshop.columns + f * rowCount, rowCount).set(column);
    for (let row = 0; row < rowCount; row++) bins[row * width + f] = column[row] as number;
  });
  machine.integers(workshop.orders[2], rowCount).set(Int32Array.from({ length: rowCount }, (_, row) => row));
  machine.numbers(workshop.gradients, rowCount).set(gradients);
  if (hessians !== undefined) machine.numbers(workshop.hessians, rowCount).set(hessians);
  return workshop;
}
