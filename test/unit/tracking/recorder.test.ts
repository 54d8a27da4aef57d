import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { historyTag } from '../../../src/tracking/model-history.ts';
import { openTracking } from '../../../src/tracking/open.ts';
import type { RunData, TrackingStore } from '../../../src/tracking/ports.ts';
import { createRecorder, type Recorder, type StepRecord } from '../../../src/tracking/recorder.ts';
import { experimentTags } from '../../../src/tracking/run-tags.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const START = 1_750_000_000_000;

interface Subject {
  readonly root: string;
  readonly tracking: TrackingStore;
  readonly recorder: Recorder;
  readonly find: (runId: string) => Promise<RunData>;
}

async function subject(): Promise<Subject> {
  const root = tempFolder();
  const { tracking, close } = await openTracking({ root, env: {} });
  onTestFinished(close);
  const recorder = createRecorder({
    tracking,
    experimentName: 'houses',
    experimentTags: experimentTags('rmse', false),
    runName: 'houses-1',
    runTags: { 'mlflow.user': 'ada', 'mlflow.source.type': 'RECIPE' },
    startTime: START,
    parentParams: { target_col: 'price' },
  });
  const find = async (runId: string): Promise<RunData> => {
    const found = await tracking.findRun(runId);
    if (found === undefined) throw new Error(`no run ${runId}`);
    return found;
  };
  return { root, tracking, recorder, find };
}

const step = (name: string, more: Partial<StepRecord> = {}): StepRecord => ({
  name,
  state: 'run',
  startedAt: START + 10,
  durationMs: 500,
  params: {},
  metrics: {},
  tags: {},
  files: [],
  ...more,
});

describe('the recorder', () => {
  it('starts one parent that is running', async () => {
    const { recorder, find } = await subject();
    const run = await find(await recorder.start());
    expect(run.info).toMatchObject({ runName: 'houses-1', status: 'RUNNING', startTime: START, experimentId: '1' });
    expect(run.params).toEqual({ target_col: 'price' });
    expect(run.tags).toEqual({ 'mlflow.user': 'ada', 'mlflow.source.type': 'RECIPE', 'mlflow.runName': 'houses-1' });
  });

  it('records trials as runs below the run of their step, with plain names', async () => {
    const { recorder, tracking, find } = await subject();
    await recorder.start();
    const trial = { status: 'ok', startedAt: START + 20, durationMs: 30, params: { k: '1' }, metrics: { rmse: 2 }, tags: {} } as const;
    const failed = { ...trial, name: 'trial 1', status: 'failed', metrics: {}, tags: { 'mlrecipe.trial.error': 'no' } } as const;
    const created: string[] = [];
    const { createRun } = tracking;
    tracking.createRun = async (run) => {
      const info = await createRun.call(tracking, run);
      created.push(info.runId);
      return info;
    };
    const train = await recorder.recordStep({ ...step('train'), trials: [{ ...trial, name: 'baseline' }, failed] });
    const [own, baseline, other] = await Promise.all(created.map(find));
    expect(own?.info.runId).toBe(train);
    expect(baseline).toMatchObject({
      info: { runName: 'baseline', status: 'FINISHED', startTime: START + 20, endTime: START + 50 },
      params: { k: '1' },
      metrics: { rmse: 2 },
      tags: { 'mlflow.parentRunId': train, 'mlflow.user': 'ada' },
    });
    expect(other).toMatchObject({ info: { status: 'FAILED' }, tags: { 'mlflow.parentRunId': train, 'mlrecipe.trial.error': 'no' } });
  });

  it('records each step as a child, with its own time, state and card', async () => {
    const { root, recorder, find } = await subject();
    const parent = await recorder.start();
    const card = join(root, 'card.html');
    writeFileSync(card, '<p>split</p>');
    const tags = { 'mlrecipe.step.key': 'k1', 'mlrecipe.step.summary': '10 rows' };
    const child = await find(
      await recorder.recordStep(step('split', { state: 'fresh', params: { seed: '7' }, tags, files: [{ path: 'card.html', file: card }] })),
    );
    expect(child.info).toMatchObject({ runName: 'split', status: 'FINISHED', startTime: START + 10, endTime: START + 510 });
    expect(child.tags).toEqual({
      ...tags,
      'mlflow.user': 'ada',
      'mlflow.source.type': 'RECIPE',
      'mlflow.runName': 'split',
      'mlflow.parentRunId': parent,
      'mlflow.pipeline.step.name': 'split',
      'mlrecipe.step.state': 'fresh',
    });
    expect([child.params, child.metrics]).toEqual([{ seed: '7' }, { duration_seconds: 0.5 }]);
    const parentUri = (await find(parent)).info.artifactUri;
    const files = [join(child.info.artifactUri, 'card.html'), join(parentUri, 'split', 'card.html')].map((path) =>
      readFileSync(path, 'utf8'),
    );
    expect(files).toEqual(['<p>split</p>', '<p>split</p>']);
    expect((await find(parent)).params).toEqual({ target_col: 'price' });
  });

  it('puts params, metrics and series of train and evaluate on the parent too', async () => {
    const { tracking, recorder, find } = await subject();
    const parent = await recorder.start();
    await recorder.recordStep(step('ingest', { params: { format: 'csv' }, metrics: { rows: 10 } }));
    await recorder.recordStep(
      step('train', {
        params: { estimator: 'gbt', seed: '1' },
        metrics: { training_rmse: 2, loss: 1.5 },
        history: {
          loss: [
            [0, 3],
            [1, 1.5],
            [2, 1.75],
          ],
        },
      }),
    );
    await recorder.recordStep(step('evaluate', { params: { seed: '2' }, metrics: { test_rmse: 2.5 } }));
    const run = await find(parent);
    expect(run.params).toEqual({ target_col: 'price', estimator: 'gbt', seed: '1', 'evaluate.seed': '2' });
    // The best iteration was not the last, and it is what the step reports.
    expect(run.metrics).toEqual({ training_rmse: 2, loss: 1.5, test_rmse: 2.5 });
    expect((await tracking.metricHistory(parent, 'loss')).map(({ step: at, value }) => [at, value])).toEqual([
      [0, 3],
      [1, 1.5],
      [2, 1.75],
      [3, 1.5],
    ]);
  });

  it('keeps metrics whose names MLflow would refuse', async () => {
    const { recorder, find } = await subject();
    await recorder.start();
    const child = await find(
      await recorder.recordStep(step('evaluate', { metrics: { 'recall_>50K': 0.5, 'recall_<50K': 0.25, 'recall_/': 1 } })),
    );
    expect(child.metrics).toEqual({ recall__50K: 0.5, recall__50K_2: 0.25, recall_: 1, duration_seconds: 0.5 });
  });

  it('marks the child of a failed step as failed', async () => {
    const { recorder, find } = await subject();
    await recorder.start();
    const child = await find(await recorder.recordStep(step('train', { state: 'failed' })));
    expect([child.info.status, child.tags['mlrecipe.step.state']]).toEqual(['FAILED', 'failed']);
  });

  it('logs the model with the tag by which MLflow finds it', async () => {
    const { root, recorder, find } = await subject();
    const parent = await recorder.start();
    mkdirSync(join(root, 'model'));
    writeFileSync(
      join(root, 'model', 'MLmodel'),
      'flavors:\n  onnx: {data: model.onnx}\nmodel_uuid: "00ff"\nutc_time_created: "2026-01-02 03:04:05.000006"\n',
    );
    const logged = await recorder.logModel(join(root, 'model'));
    const run = await find(parent);
    expect(logged).toEqual({ source: `runs:/${parent}/model`, artifactUri: `${run.info.artifactUri}/model` });
    expect(existsSync(join(run.info.artifactUri, 'model', 'MLmodel'))).toBe(true);
    expect(JSON.parse(run.tags['mlflow.log-model.history'] ?? '')).toEqual([
      {
        run_id: parent,
        artifact_path: 'model',
        utc_time_created: '2026-01-02 03:04:05.000006',
        flavors: { onnx: { data: 'model.onnx' } },
        model_uuid: '00ff',
      },
    ]);
  });

  it('logs datasets and further facts to the parent', async () => {
    const { recorder, find } = await subject();
    const parent = await recorder.start();
    const dataset = { name: 'houses', digest: '12345678', sourceType: 'local', source: '{"uri":"a.csv"}', context: 'training' };
    await recorder.logDataset(dataset);
    await recorder.logBatch({ tags: { 'mlrecipe.verdict': 'VALIDATED' } });
    const run = await find(parent);
    expect([run.datasets, run.tags['mlrecipe.verdict']]).toEqual([[dataset], 'VALIDATED']);
  });

  it('finishes with a status, a time and files', async () => {
    for (const status of ['FINISHED', 'FAILED', 'KILLED'] as const) {
      const { root, recorder, find } = await subject();
      const parent = await recorder.start();
      writeFileSync(join(root, 'run.html'), '<p>run</p>');
      await recorder.finish(status, START + 9000, [{ path: 'card.html', file: join(root, 'run.html') }]);
      const { info } = await find(parent);
      expect([info.status, info.endTime, readFileSync(join(info.artifactUri, 'card.html'), 'utf8')]).toEqual([
        status,
        START + 9000,
        '<p>run</p>',
      ]);
    }
  });

  it('can take a run back with its children', async () => {
    const { tracking, recorder } = await subject();
    const parent = await recorder.start();
    const child = await recorder.recordStep(step('split'));
    await recorder.discard();
    expect([await tracking.findRun(parent), await tracking.findRun(child)]).toEqual([undefined, undefined]);
  });

  it('is not to be used before it was started', async () => {
    const { recorder } = await subject();
    await expect(recorder.recordStep(step('split'))).rejects.toThrow('the recorder was used before it was started');
  });

  it('uses an experiment by id when it is given one', async () => {
    const { tracking, find } = await subject();
    const experimentId = await tracking.experiment('by id');
    const recorder = createRecorder({
      tracking,
      experimentName: 'ignored',
      experimentId,
      experimentTags: { a: 'b' },
      runName: 'r',
      runTags: {},
      startTime: START,
      parentParams: {},
    });
    expect((await find(await recorder.start())).info.experimentId).toBe(experimentId);
  });
});

describe('historyTag', () => {
  it('stays valid JSON within the length of a tag', () => {
    const entry = (index: number, size: number) => ({ run_id: `r${index}`, flavors: { onnx: { data: 'x'.repeat(size) } } });
    expect(historyTag([entry(1, 10)])).toBe(JSON.stringify([entry(1, 10)]));
    expect(JSON.parse(historyTag([entry(1, 9000)]))).toEqual([{ run_id: 'r1', flavors: { onnx: {} } }]);
    const many = Array.from({ length: 1000 }, (_, index) => entry(index, 100));
    const kept = JSON.parse(historyTag(many)) as { run_id: string }[];
    expect(historyTag(many).length).toBeLessThanOrEqual(8000);
    expect(kept.at(-1)?.run_id).toBe('r999');
  });
});
