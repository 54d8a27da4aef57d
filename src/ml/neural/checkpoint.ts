/** All that training depends on between two epochs, as JSON and back to the same bits. */
import type { Json } from '../../schema/json.ts';
import { float32ToText, textToFloat32 } from './float32-text.ts';
import type { OptimizerState } from './optimizer.ts';
import type { Progress } from './progress.ts';
import type { MovingMoments } from './scorer.ts';

export interface Snapshot {
  readonly weights: readonly Float32Array[];
  readonly moments: readonly MovingMoments[];
}

export interface TrainingState {
  /** What the network is trained for and on: a checkpoint of other training is none. */
  readonly fingerprint: string;
  readonly now: Snapshot;
  /** How often the moving moments were updated. */
  readonly updates: number;
  readonly best?: Snapshot;
  readonly optimizer: OptimizerState;
  readonly progress: Progress;
}

export function checkpointOf(state: TrainingState): Json {
  const { fingerprint, updates, progress, optimizer, now, best } = state;
  return {
    version: 1,
    fingerprint,
    updates,
    progress: progress as unknown as Json,
    optimizer: { steps: optimizer.steps, slots: optimizer.slots.map((slot) => slot.map(float32ToText)) },
    now: snapshotJson(now),
    best: best === undefined ? null : snapshotJson(best),
  };
}

/** `undefined` when the value is no checkpoint of this very training: it then begins anew. */
export function trainingState(json: Json | undefined, fingerprint: string, sizes: readonly number[]): TrainingState | undefined {
  const source = json as unknown as
    | {
        readonly version?: number;
        readonly fingerprint?: string;
        readonly updates: number;
        readonly progress: Progress;
        readonly optimizer: { readonly steps: number; readonly slots: readonly (readonly string[])[] };
        readonly now: SnapshotJson;
        readonly best: SnapshotJson | null;
      }
    | null
    | undefined;
  if (source?.version !== 1 || source.fingerprint !== fingerprint) return undefined;
  try {
    const arrays = (texts: readonly string[]) => sizes.map((size, index) => textToFloat32(texts[index] as string, size));
    const snapshot = ({ weights, moments }: SnapshotJson): Snapshot => ({
      weights: arrays(weights),
      moments: moments.map(({ mean, variance }) => ({ mean: Float64Array.from(mean), variance: Float64Array.from(variance) })),
    });
    return {
      fingerprint,
      now: snapshot(source.now),
      updates: source.updates,
      ...(source.best !== null && { best: snapshot(source.best) }),
      optimizer: { steps: source.optimizer.steps, slots: source.optimizer.slots.map(arrays) },
      progress: source.progress,
    };
  } catch {
    return undefined;
  }
}

interface SnapshotJson {
  readonly weights: readonly string[];
  readonly moments: readonly { readonly mean: readonly number[]; readonly variance: readonly number[] }[];
}

function snapshotJson({ weights, moments }: Snapshot): Json {
  return {
    weights: weights.map(float32ToText),
    moments: moments.map(({ mean, variance }) => ({ mean: Array.from(mean), variance: Array.from(variance) })),
  };
}
