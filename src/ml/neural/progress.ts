/**
 * What training remembers from epoch to epoch besides weights: losses so far, the best of them, how
 * long ago that was, and how often the learning rate was reduced. A value, so that a checkpoint holds it.
 */

export interface EpochMetrics {
  readonly [name: string]: number;
}

export interface Progress {
  /** Metrics of each epoch that has ended. */
  readonly epochs: readonly EpochMetrics[];
  /** Lowest validation loss and its epoch, from 1. Absent before the first and without validation rows. */
  readonly best?: { readonly epoch: number; readonly loss: number };
  /** Epochs since the best one, or since the last reduction of the learning rate. */
  readonly waitedForRate: number;
  readonly reductions: number;
}

export const NO_PROGRESS: Progress = { epochs: [], waitedForRate: 0, reductions: 0 };

export interface Watching {
  readonly min_delta: number;
  /** Absent: the learning rate is not reduced on a plateau. */
  readonly reduceAfter?: number;
}

/** After one more epoch. A loss that is no number is no better than any. */
export function after(progress: Progress, metrics: EpochMetrics, { min_delta, reduceAfter }: Watching): Progress {
  const epochs = [...progress.epochs, metrics];
  const loss = metrics['validation_loss'];
  if (loss === undefined) return { ...progress, epochs };
  if (loss < (progress.best?.loss ?? Number.POSITIVE_INFINITY) - min_delta) {
    return { epochs, best: { epoch: epochs.length, loss }, waitedForRate: 0, reductions: progress.reductions };
  }
  const waited = progress.waitedForRate + 1;
  const isReduced = reduceAfter !== undefined && waited >= reduceAfter;
  return {
    ...progress,
    epochs,
    waitedForRate: isReduced ? 0 : waited,
    reductions: progress.reductions + (isReduced ? 1 : 0),
  };
}

export function isOver(
  { epochs, best }: Progress,
  { patience, epochs: most }: { readonly patience?: number; readonly epochs: number },
): boolean {
  if (epochs.length >= most) return true;
  return patience !== undefined && best !== undefined && epochs.length - best.epoch >= patience;
}
