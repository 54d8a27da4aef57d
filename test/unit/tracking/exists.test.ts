import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasRun, hasVersion } from '../../../src/tracking/exists.ts';
import { openTracking } from '../../../src/tracking/open.ts';
import { tempFolder } from '../../support/temp-folder.ts';

describe('hasRun and hasVersion', () => {
  it('find what is there and change nothing', async () => {
    const root = tempFolder();
    const { tracking, registry, close } = await openTracking({ root, env: {} });
    const { runId } = await tracking.createRun({ experimentId: '0', runName: 'r', startTime: 1, tags: {} });
    await registry.createVersion({ name: 'houses', source: `runs:/${runId}/model`, runId, tags: {} });
    await close();
    const before = readFileSync(join(root, 'mlflow.db'));
    expect(await hasRun({ root }, runId)).toBe(true);
    expect(await hasRun({ root }, 'f'.repeat(32))).toBe(false);
    expect(await hasVersion({ root, uri: 'sqlite:///mlflow.db' }, 'houses', '1')).toBe(true);
    expect(await hasVersion({ root }, 'houses', '2')).toBe(false);
    expect(await hasVersion({ root }, 'houses', 'x')).toBe(false);
    expect(readFileSync(join(root, 'mlflow.db'))).toEqual(before);
    await tracking.deleteRun(runId);
    expect(await hasRun({ root }, runId)).toBe(false);
    await close();
  });

  it('make no file, and ask no server', async () => {
    const root = tempFolder();
    expect(await hasRun({ root }, 'f'.repeat(32))).toBe(false);
    expect(readdirSync(root)).toEqual([]);
    // Nothing listens on this port: a request would fail.
    expect(await hasRun({ root, uri: 'http://127.0.0.1:9' }, 'f'.repeat(32))).toBeUndefined();
    expect(await hasVersion({ root, uri: 'http://127.0.0.1:9' }, 'houses', '1')).toBeUndefined();
  });
});
