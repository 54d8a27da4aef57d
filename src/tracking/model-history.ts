/**
 * The tag by which every version of MLflow learns that a run has a model: a JSON list that must
 * stay within the length of one tag, and stay valid JSON.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Json, JsonObject } from '../schema/json.ts';
import { LIMITS } from './limits.ts';

export const MODEL_HISTORY_TAG = 'mlflow.log-model.history';

/** What the `MLmodel` file of a model folder says. */
export async function readModelFile(folder: string): Promise<JsonObject> {
  const content = parse(await readFile(join(folder, 'MLmodel'), 'utf8')) as Json;
  return content !== null && typeof content === 'object' && !Array.isArray(content) ? (content as JsonObject) : {};
}

export function historyEntry(model: JsonObject, runId: string, artifactPath: string, loggedAt: number): JsonObject {
  const flavors = model['flavors'];
  const uuid = model['model_uuid'];
  return {
    run_id: runId,
    artifact_path: artifactPath,
    utc_time_created: typeof model['utc_time_created'] === 'string' ? model['utc_time_created'] : mlflowTime(loggedAt),
    flavors: flavors !== null && typeof flavors === 'object' && !Array.isArray(flavors) ? flavors : {},
    ...(typeof uuid === 'string' && { model_uuid: uuid }),
  };
}

/** Details of flavours go first when the tag is too long, then the oldest models. */
export function historyTag(entries: readonly JsonObject[]): string {
  const full = JSON.stringify(entries);
  if (full.length <= LIMITS.tagValue) return full;
  const names = entries.map((entry) => ({
    ...entry,
    flavors: Object.fromEntries(Object.keys(entry['flavors'] ?? {}).map((name) => [name, {}])),
  }));
  for (let from = 0; from < names.length; from++) {
    const tag = JSON.stringify(names.slice(from));
    if (tag.length <= LIMITS.tagValue) return tag;
  }
  return '[]';
}

/** As Python prints a UTC time with microseconds. */
function mlflowTime(ms: number): string {
  return `${new Date(ms).toISOString().replace('T', ' ').replace('Z', '')}000`;
}
