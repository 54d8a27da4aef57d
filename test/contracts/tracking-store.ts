/**
 * What every tracking store and registry must do. Each implementation's own test is a few lines
 * that say how to open one.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelRegistry, TrackingStore } from '../../src/tracking/ports.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

export interface TrackingSubject {
  readonly tracking: TrackingStore;
  readonly registry: ModelRegistry;
  /** What somebody else may do to the store meanwhile. */
  deleteRun(runId: string): Promise<void>;
  deleteExperiment(name: string): Promise<void>;
  /** The bytes of an artifact, by the run's artifact URI. */
  readArtifact(artifactUri: string, path: string): string | undefined;
  close(): Promise<void>;
}

const START = 1_750_000_000_000;

export function trackingStoreContract(name: string, open: (folder: string) => Promise<TrackingSubject>): void {
  describe(`tracking store contract: ${name}`, () => {
    let folder: string;
    let subject: TrackingSubject;
    let tracking: TrackingStore;
    let registry: ModelRegistry;

    beforeEach(async () => {
      folder = makeTempFolder();
      subject = await open(folder);
      ({ tracking, registry } = subject);
    });
    afterEach(async () => {
      await subject.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const newRun = async (runName = 'first') => {
      const experimentId = await tracking.experiment('houses');
      return tracking.createRun({ experimentId, runName, startTime: START, tags: { 'mlflow.user': 'ada' } });
    };
    const code = (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => 'no error',
        (error: { code: string }) => error.code,
      );

    it('makes an experiment once and finds it again by name', async () => {
      const first = await tracking.experiment('houses', { tags: { purpose: 'test' } });
      expect(await tracking.experiment('houses')).toBe(first);
      expect(await tracking.experiment('wines')).not.toBe(first);
    });

    it('refuses the name of a deleted experiment', async () => {
      await tracking.experiment('houses');
      await subject.deleteExperiment('houses');
      await expect(tracking.experiment('houses')).rejects.toMatchObject({
        code: 'INVALID_PARAMETER_VALUE',
        message: 'the experiment `houses` was deleted; restore it, or choose another name',
      });
    });

    it('starts a run that is running and gives it name, user and parent as tags', async () => {
      const parent = await newRun('parent');
      const { experimentId } = parent;
      const child = await tracking.createRun({
        experimentId,
        runName: 'child',
        startTime: START + 1,
        parentRunId: parent.runId,
        tags: { note: 'é' },
      });
      expect(parent.runId).toMatch(/^[0-9a-f]{32}$/);
      const found = await tracking.findRun(child.runId);
      expect(found).toEqual({
        info: {
          runId: child.runId,
          experimentId,
          runName: 'child',
          status: 'RUNNING',
          artifactUri: child.artifactUri,
          startTime: START + 1,
        },
        params: {},
        metrics: {},
        tags: { 'mlflow.parentRunId': parent.runId, 'mlflow.runName': 'child', note: 'é' },
        datasets: [],
      });
      expect(child.artifactUri.endsWith(`/${child.runId}/artifacts`)).toBe(true);
    });

    it('finishes a run with its status and end', async () => {
      const { runId } = await newRun();
      await tracking.finishRun(runId, 'KILLED', START + 5);
      expect((await tracking.findRun(runId))?.info).toMatchObject({ status: 'KILLED', endTime: START + 5 });
    });

    it('keeps params, and takes an equal value again but no other', async () => {
      const { runId } = await newRun();
      await tracking.logBatch(runId, { params: { alpha: '0.5', 'opt/beta 1': 'x' } });
      await tracking.logBatch(runId, { params: { alpha: '0.5' } });
      expect(await code(tracking.logBatch(runId, { params: { alpha: '0.6' } }))).toBe('INVALID_PARAMETER_VALUE');
      expect((await tracking.findRun(runId))?.params).toEqual({ alpha: '0.5', 'opt/beta 1': 'x' });
    });

    it('overwrites tags', async () => {
      const { runId } = await newRun();
      await tracking.logBatch(runId, { tags: { verdict: 'unknown' } });
      await tracking.logBatch(runId, { tags: { verdict: 'good' } });
      expect((await tracking.findRun(runId))?.tags['verdict']).toBe('good');
    });

    it('takes the point with the greatest step, then timestamp, then value as the latest', async () => {
      const { runId } = await newRun();
      const point = (key: string, value: number, step: number, timestamp: number) => ({ key, value, step, timestamp });
      await tracking.logBatch(runId, { metrics: [point('by-step', 1, 2, 10), point('by-step', 9, 1, 99)] });
      await tracking.logBatch(runId, { metrics: [point('by-time', 1, 0, 20), point('by-time', 9, 0, 10), point('by-value', 5, 0, 10)] });
      await tracking.logBatch(runId, { metrics: [point('by-value', 4, 0, 10), point('by-step', 7, 0, 999)] });
      expect((await tracking.findRun(runId))?.metrics).toEqual({ 'by-step': 1, 'by-time': 1, 'by-value': 5 });
    });

    it('ignores the same point sent twice and gives the history in order', async () => {
      const { runId } = await newRun();
      const metrics = [3, 1, 2].map((step) => ({ key: 'loss', value: 1 / step, step, timestamp: START + step }));
      await tracking.logBatch(runId, { metrics });
      await tracking.logBatch(runId, { metrics });
      expect(await tracking.metricHistory(runId, 'loss')).toEqual([metrics[1], metrics[2], metrics[0]]);
      expect(await tracking.metricHistory(runId, 'none')).toEqual([]);
    });

    it('keeps NaN as NaN and infinities as the largest numbers', async () => {
      const { runId } = await newRun();
      const values: readonly (readonly [string, number])[] = [
        ['nan', Number.NaN],
        ['up', Number.POSITIVE_INFINITY],
        ['down', Number.NEGATIVE_INFINITY],
        ['tiny', 5e-324],
        ['zero', 0],
      ];
      await tracking.logBatch(runId, { metrics: values.map(([key, value]) => ({ key, value, step: 0, timestamp: START })) });
      const expected = { nan: Number.NaN, up: Number.MAX_VALUE, down: -Number.MAX_VALUE, tiny: 5e-324, zero: 0 };
      expect((await tracking.findRun(runId))?.metrics).toEqual(expected);
      expect((await tracking.metricHistory(runId, 'nan'))[0]?.value).toBeNaN();
    });

    it('logs more than one batch can hold', async () => {
      const { runId } = await newRun();
      const record = (count: number, value: string) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, value]));
      const metrics = Array.from({ length: 2300 }, (_, step) => ({ key: 'loss', value: step / 3, step, timestamp: START + step }));
      await tracking.logBatch(runId, { params: record(230, 'ü'.repeat(6000)), tags: record(210, 'v'), metrics });
      const found = await tracking.findRun(runId);
      expect(Object.keys(found?.params ?? {})).toHaveLength(230);
      expect(found?.params['k229']).toBe('ü'.repeat(6000));
      expect(Object.keys(found?.tags ?? {})).toHaveLength(212);
      expect(await tracking.metricHistory(runId, 'loss')).toEqual(metrics);
    });

    it('cuts over-long values', async () => {
      const { runId } = await newRun();
      await tracking.logBatch(runId, { params: { p: 'a'.repeat(6001) }, tags: { t: 'b'.repeat(8001) } });
      const found = await tracking.findRun(runId);
      expect([found?.params['p']?.length, found?.tags['t']?.length]).toEqual([6000, 8000]);
    });

    it('refuses a batch with one bad key and writes nothing of it', async () => {
      const { runId } = await newRun();
      for (const bad of ['', 'a//b', '/a', 'a/../b', 'per%', 'k'.repeat(251)]) {
        expect(await code(tracking.logBatch(runId, { params: { good: '1', [bad]: '2' } })), bad).toBe('INVALID_PARAMETER_VALUE');
      }
      const points = [
        { key: 'm', value: 1, step: 0.5, timestamp: START },
        { key: 'm', value: 1, step: 0, timestamp: -1 },
      ];
      for (const point of points) {
        expect(await code(tracking.logBatch(runId, { params: { good: '1' }, metrics: [point] }))).toBe('INVALID_PARAMETER_VALUE');
      }
      expect((await tracking.findRun(runId))?.params).toEqual({});
    });

    it('logs datasets with their context, each once a run', async () => {
      const first = await newRun();
      const second = await newRun('second');
      const train = {
        name: 'houses.csv',
        digest: 'abcd1234',
        sourceType: 'local',
        source: '{"uri":"data/houses.csv"}',
        schema: '{"mlflow_colspec":[{"type":"double","name":"price","required":true}]}',
        profile: '{"num_rows":10,"num_elements":20}',
        context: 'training',
      };
      const test = { name: 'houses.csv', digest: 'ffff0000', sourceType: 'local', source: '{"uri":"data/test.csv"}', context: 'test' };
      await tracking.logDataset(first.runId, test);
      await tracking.logDataset(first.runId, train);
      await tracking.logDataset(first.runId, train);
      await tracking.logDataset(second.runId, train);
      expect((await tracking.findRun(first.runId))?.datasets).toEqual([train, test]);
      expect((await tracking.findRun(second.runId))?.datasets).toEqual([train]);
    });

    it('keeps files and folders as artifacts, also over earlier ones', async () => {
      const { runId, artifactUri } = await newRun();
      mkdirSync(join(folder, 'model/weights'), { recursive: true });
      writeFileSync(join(folder, 'model/MLmodel'), 'flavors: {}\n');
      writeFileSync(join(folder, 'model/weights/größe 1%.bin'), 'bytes');
      writeFileSync(join(folder, 'card.html'), '<p>card</p>', { mode: 0o444 });
      await tracking.logArtifact(runId, join(folder, 'card.html'), 'train/card.html');
      await tracking.logArtifact(runId, join(folder, 'card.html'), 'train/card.html');
      await tracking.logArtifacts(runId, join(folder, 'model'), 'model');
      await tracking.logArtifacts(runId, join(folder, 'model'), '');
      const read = (path: string) => subject.readArtifact(artifactUri, path);
      expect(['train/card.html', 'model/MLmodel', 'model/weights/größe 1%.bin', 'MLmodel'].map(read)).toEqual([
        '<p>card</p>',
        'flavors: {}\n',
        'bytes',
        'flavors: {}\n',
      ]);
    });

    it('lets no artifact out of the run, and says when the file is missing', async () => {
      const { runId } = await newRun();
      writeFileSync(join(folder, 'a'), 'a');
      for (const path of ['', '../a', 'x/../../a', '/a', 'a//b', 'C:/a', 'a\\b', 'a#b']) {
        expect(await code(tracking.logArtifact(runId, join(folder, 'a'), path)), path).toBe('INVALID_PARAMETER_VALUE');
      }
      await expect(tracking.logArtifact(runId, join(folder, 'none'), 'a')).rejects.toThrow(
        `there is no file ${join(folder, 'none')} to log as an artifact`,
      );
      expect(await code(tracking.logArtifacts(runId, join(folder, 'none'), 'a'))).toBe('INVALID_PARAMETER_VALUE');
    });

    it('deletes a run once', async () => {
      const { runId } = await newRun();
      await tracking.deleteRun(runId);
      expect(await tracking.findRun(runId)).toBeUndefined();
      expect(await code(tracking.logBatch(runId, { params: { a: '1' } }))).toBe('INVALID_PARAMETER_VALUE');
      expect(await code(tracking.deleteRun('0123456789abcdef0123456789abcdef'))).toBe('RESOURCE_DOES_NOT_EXIST');
    });

    it('does not find a deleted run and writes nothing to it', async () => {
      const { runId } = await newRun();
      await subject.deleteRun(runId);
      expect(await tracking.findRun(runId)).toBeUndefined();
      expect(await code(tracking.logBatch(runId, { params: { a: '1' } }))).toBe('INVALID_PARAMETER_VALUE');
      expect(await code(tracking.finishRun(runId, 'FINISHED', START))).toBe('INVALID_PARAMETER_VALUE');
      expect(
        await code(tracking.logDataset(runId, { name: 'd', digest: '1', sourceType: 'local', source: '{}', context: 'training' })),
      ).toBe('INVALID_PARAMETER_VALUE');
    });

    it('knows no run and no experiment that is not there', async () => {
      const unknown = '0123456789abcdef0123456789abcdef';
      expect(await tracking.findRun(unknown)).toBeUndefined();
      expect(await code(tracking.logBatch(unknown, { params: { a: '1' } }))).toBe('RESOURCE_DOES_NOT_EXIST');
      expect(await code(tracking.finishRun(unknown, 'FINISHED', START))).toBe('RESOURCE_DOES_NOT_EXIST');
      expect(await code(tracking.createRun({ experimentId: '99', runName: 'x', startTime: START, tags: {} }))).toBe(
        'RESOURCE_DOES_NOT_EXIST',
      );
      expect(await code(tracking.setExperimentTags('99', { a: 'b' }))).toBe('RESOURCE_DOES_NOT_EXIST');
    });

    it('numbers versions, and tells what each is', async () => {
      const { runId } = await newRun();
      const version = (tags: Readonly<Record<string, string>>, description?: string) =>
        registry.createVersion({
          name: 'houses',
          source: `runs:/${runId}/model`,
          runId,
          tags,
          ...(description !== undefined && { description }),
        });
      expect(await version({ b: '2', a: '1' }, 'First.')).toEqual({
        name: 'houses',
        version: '1',
        source: `runs:/${runId}/model`,
        runId,
        stage: 'None',
        description: 'First.',
        tags: { a: '1', b: '2' },
      });
      expect((await version({})).version).toBe('2');
      expect(await registry.findVersion('houses', '2')).toEqual({
        name: 'houses',
        version: '2',
        source: `runs:/${runId}/model`,
        runId,
        stage: 'None',
        tags: {},
      });
      expect(await registry.findVersion('houses', '3')).toBeUndefined();
      expect(await registry.findVersion('houses', 'latest')).toBeUndefined();
      expect(await registry.findVersion('wines', '1')).toBeUndefined();
    });

    it('moves an alias from version to version', async () => {
      const { runId } = await newRun();
      for (let i = 0; i < 2; i++) await registry.createVersion({ name: 'houses', source: `runs:/${runId}/model`, runId, tags: {} });
      await registry.setAlias('houses', 'champion', '1');
      expect((await registry.findAlias('houses', 'champion'))?.version).toBe('1');
      await registry.setAlias('houses', 'champion', '2');
      expect((await registry.findAlias('houses', 'champion'))?.version).toBe('2');
      expect(await registry.findAlias('houses', 'nobody')).toBeUndefined();
      expect(await registry.findAlias('wines', 'champion')).toBeUndefined();
      expect(await code(registry.setAlias('houses', 'champion', '7'))).toBe('RESOURCE_DOES_NOT_EXIST');
    });

    it('refuses names of aliases and models that MLflow refuses', async () => {
      const { runId } = await newRun();
      await registry.createVersion({ name: 'houses', source: `runs:/${runId}/model`, runId, tags: {} });
      for (const alias of ['', 'latest', 'LATEST', 'v1', 'V22', 'a b', 'a/b', 'a'.repeat(256)]) {
        expect(await code(registry.setAlias('houses', alias, '1')), alias).toBe('INVALID_PARAMETER_VALUE');
      }
      for (const name of ['', ' ', 'a/b', 'a:b']) {
        expect(await code(registry.createVersion({ name, source: `runs:/${runId}/model`, runId, tags: {} })), name).toBe(
          'INVALID_PARAMETER_VALUE',
        );
      }
    });

    it('moves stages and archives the others when asked', async () => {
      const { runId } = await newRun();
      for (let i = 0; i < 3; i++) await registry.createVersion({ name: 'houses', source: `runs:/${runId}/model`, runId, tags: {} });
      await registry.setStage('houses', '1', 'Production');
      await registry.setStage('houses', '2', 'Production');
      await registry.setStage('houses', '3', 'Production', { archiveOthers: true });
      const stages = await Promise.all(['1', '2', '3'].map(async (version) => (await registry.findVersion('houses', version))?.stage));
      expect(stages).toEqual(['Archived', 'Archived', 'Production']);
      expect(await code(registry.setStage('houses', '9', 'Staging'))).toBe('RESOURCE_DOES_NOT_EXIST');
    });

    it('knows the highest version, of all and in a stage', async () => {
      expect(await registry.findLatest('houses')).toBeUndefined();
      const { runId } = await newRun();
      for (let i = 0; i < 3; i++) await registry.createVersion({ name: 'houses', source: `runs:/${runId}/model`, runId, tags: {} });
      await registry.setStage('houses', '2', 'Production');
      expect((await registry.findLatest('houses'))?.version).toBe('3');
      expect((await registry.findLatest('houses', 'Production'))?.version).toBe('2');
      expect(await registry.findLatest('houses', 'Staging')).toBeUndefined();
    });

    it('gives the files of a run back as a folder', async () => {
      const { runId } = await newRun();
      const model = join(folder, 'to log');
      mkdirSync(join(model, 'parts'), { recursive: true });
      const bytes = Buffer.from([0, 255, 254, 10]);
      writeFileSync(join(model, 'parts', 'ü.bin'), bytes);
      writeFileSync(join(model, 'model.json'), '{}\n');
      await tracking.logArtifacts(runId, model, 'model');
      const copies = join(folder, 'copies');
      mkdirSync(copies);
      const found = await tracking.fetchArtifacts(runId, 'model', copies);
      expect(readFileSync(join(found, 'parts', 'ü.bin')).equals(bytes)).toBe(true);
      expect(readFileSync(join(found, 'model.json'), 'utf8')).toBe('{}\n');
      expect(await code(tracking.fetchArtifacts('0123456789abcdef0123456789abcdef', 'model', copies))).toBe('RESOURCE_DOES_NOT_EXIST');
    });
  });
}
