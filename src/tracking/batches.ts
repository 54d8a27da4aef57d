/**
 * Cut what is to be logged into batches that MLflow accepts, and check every entry first, so that
 * nothing is written when one of them is wrong.
 */
import { cut, LIMITS, refuse, requireKey } from './limits.ts';
import type { MetricPoint } from './ports.ts';

export interface LogBatch {
  readonly metrics?: readonly MetricPoint[];
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export type KeyValue = { readonly key: string; readonly value: string };

/** A batch whose every entry MLflow accepts: long values are cut, keys are checked. */
export interface AcceptedBatch {
  readonly params: readonly KeyValue[];
  readonly metrics: readonly MetricPoint[];
  readonly tags: readonly KeyValue[];
}

export function acceptBatch(batch: LogBatch): AcceptedBatch {
  const params = entries('param', batch.params, LIMITS.paramValue);
  const tags = entries('tag', batch.tags, LIMITS.tagValue);
  const metrics = batch.metrics ?? [];
  // A series has thousands of points and one key.
  const checked = new Set<string>();
  for (const point of metrics) {
    if (!checked.has(point.key)) {
      requireKey('metric', point.key);
      checked.add(point.key);
    }
    if (typeof point.value !== 'number') refuse(`the value of the metric \`${point.key}\` is not a number`);
    if (!Number.isSafeInteger(point.timestamp) || point.timestamp < 0) {
      refuse(`the timestamp of the metric \`${point.key}\` must be whole milliseconds since 1970; found \`${point.timestamp}\``);
    }
    if (!Number.isSafeInteger(point.step))
      refuse(`the step of the metric \`${point.key}\` must be a whole number; found \`${point.step}\``);
  }
  return { params, metrics, tags };
}

function entries(kind: 'param' | 'tag', record: Readonly<Record<string, string>> | undefined, limit: number): readonly KeyValue[] {
  return Object.entries(record ?? {}).map(([key, value]) => {
    requireKey(kind, key);
    return { key, value: cut(value, limit) };
  });
}

/** Params first, then metrics, then tags, each batch within every limit of `runs/log-batch`. */
export function splitBatch(batch: AcceptedBatch): readonly AcceptedBatch[] {
  const batches: AcceptedBatch[] = [];
  // Room for the braces, the names of the three lists and the run id.
  const envelope = 200;
  let params: KeyValue[] = [];
  let metrics: MetricPoint[] = [];
  let tags: KeyValue[] = [];
  let bytes = envelope;
  const flush = (): void => {
    if (params.length + metrics.length + tags.length > 0) batches.push({ params, metrics, tags });
    params = [];
    metrics = [];
    tags = [];
    bytes = envelope;
  };
  const add = (entry: KeyValue | MetricPoint, isFull: () => boolean, push: () => void): void => {
    // Non-finite values travel as words: at most 11 bytes, where JSON.stringify counts 4 for null.
    const size = Buffer.byteLength(JSON.stringify(entry)) + 8;
    if (isFull() || params.length + metrics.length + tags.length === LIMITS.batchEntities || bytes + size > LIMITS.batchBytes) flush();
    push();
    bytes += size;
  };
  for (const entry of batch.params)
    add(
      entry,
      () => params.length === LIMITS.batchParams,
      () => params.push(entry),
    );
  for (const entry of batch.metrics)
    add(
      entry,
      () => metrics.length === LIMITS.batchMetrics,
      () => metrics.push(entry),
    );
  for (const entry of batch.tags)
    add(
      entry,
      () => tags.length === LIMITS.batchTags,
      () => tags.push(entry),
    );
  flush();
  return batches;
}
