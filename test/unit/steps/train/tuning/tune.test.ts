import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TuneParams } from '../../../../../src/steps/train/params.ts';
import { earlyStop, type TuningTrial } from '../../../../../src/steps/train/tuning/early-stop.ts';
import { keptTrials, type TrialKey } from '../../../../../src/steps/train/tuning/kept-trials.ts';
import { type TuneOptions, tune } from '../../../../../src/steps/train/tuning/tune.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';

const BOWL: TuneParams = {
  algorithm: 'tpe',
  max_trials: 18,
  seed: 3,
  sample_fraction: 1,
  parameters: { x: { distribution: 'uniform', low: 0, high: 1 }, k: { values: [1, 2, 3] } },
};
const bowl = ({ params: { x = 1, k = 1 } }: TrialKey) => ({ rmse: ((x as number) - 0.3) ** 2 + (k as number) });

interface Asked {
  readonly fitted: TrialKey[];
  readonly options: TuneOptions;
}

/** A clock that goes on by a second at each look. */
function asked(more: Partial<TuneOptions> = {}): Asked {
  const fitted: TrialKey[] = [];
  let time = 0;
  const carryOut = more.fitTrial ?? (async (trial: TrialKey) => bowl(trial));
  const fitTrial: TuneOptions['fitTrial'] = (trial) => {
    fitted.push(trial);
    return carryOut(trial);
  };
  const options: TuneOptions = {
    tuning: BOWL,
    fixed: { k: 2, other: 'kept' },
    primary: 'rmse',
    higher: false,
    parallelism: 1,
    kept: keptTrials(tempFolder()),
    now: () => (time += 1000),
    signal: new AbortController().signal,
    ...more,
    fitTrial,
    fitHere: fitTrial,
  };
  return { fitted, options };
}
const told = ({ trials }: Awaited<ReturnType<typeof tune>>) => trials.map(({ number, values, loss }) => ({ number, values, loss }));

describe('a search', () => {
  test('tries the written parameters first, keeps the fixed ones in the others, and the best wins', async () => {
    const { fitted, options } = asked();
    const { trials, baseline, winner, ended } = await tune(options);
    expect(fitted[0]).toEqual({ params: { k: 2, other: 'kept' }, rowShare: 1 });
    expect(trials[0]).toBe(baseline);
    expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: 19 }, (_, number) => number));
    expect(fitted.every(({ params }) => params['other'] === 'kept')).toBe(true);
    expect(winner.params).toMatchObject({ k: 1, other: 'kept' });
    expect(winner.loss).toBe(Math.min(...trials.map(({ loss }) => loss as number)));
    expect(ended).toBe('all-tried');
  });

  test('is the same however many trials run at once, in whatever order they end', async () => {
    const one = await tune(asked().options);
    // Of each four the first ends last.
    let place = 0;
    const fitTrial: TuneOptions['fitTrial'] = async (trial) => {
      for (let turns = 10 * (4 - (place++ % 4)); turns > 0; turns--) await undefined;
      return bowl(trial);
    };
    for (const parallelism of [2, 4, 9]) expect(told(await tune(asked({ parallelism, fitTrial }).options))).toEqual(told(one));
  });

  test('keeps the written parameters when nothing is better than they are', async () => {
    const { options } = asked({ fitTrial: async ({ params }) => ({ rmse: params['x'] === undefined ? 0 : 1 }) });
    const { winner, baseline } = await tune(options);
    expect(winner).toBe(baseline);
    const equal = await tune(asked({ fitTrial: async () => ({ rmse: 1 }) }).options);
    expect(equal.winner).toBe(equal.baseline);
  });

  test('looks for the most where more is better', async () => {
    const { options } = asked({ higher: true, primary: 'r2', fitTrial: async ({ params }) => ({ r2: (params['x'] as number) ?? 0 }) });
    const { winner, trials } = await tune(options);
    expect(winner.metrics['r2']).toBe(Math.max(...trials.map(({ metrics }) => metrics['r2'] as number)));
  });
});

describe('a search that was killed', () => {
  test.each([0, 1, 5, 12])('after %i fits goes on without one of them again, to the same trials', async (fits) => {
    const whole = await tune(asked().options);
    const kept = keptTrials(tempFolder());
    const abort = new AbortController();
    let count = 0;
    const dying = asked({
      kept,
      signal: abort.signal,
      fitTrial: async (trial) => {
        if (count++ < fits) return bowl(trial);
        abort.abort();
        throw new Error('killed');
      },
    });
    await expect(tune(dying.options)).rejects.toThrow('killed');
    const again = asked({ kept });
    const ended = await tune(again.options);
    expect(told(ended)).toEqual(told(whole));
    expect(again.fitted).toHaveLength(whole.trials.length - fits);
  });

  test('does not believe a file that is cut', async () => {
    const folder = tempFolder();
    const kept = keptTrials(folder);
    const trial = { params: { x: 1 }, rowShare: 1 };
    expect(kept.find(trial)).toBeUndefined();
    kept.keep(trial, { metrics: { rmse: 2 }, startedAt: 1, durationMs: 2, elapsedMs: 3 });
    expect(kept.find({ params: { x: 1 }, rowShare: 1 })?.metrics).toEqual({ rmse: 2 });
    expect(kept.find({ params: { x: 1 }, rowShare: 0.5 })).toBeUndefined();
    const [name = ''] = readdirSync(folder);
    truncateSync(join(folder, name), 30);
    expect(kept.find(trial)).toBeUndefined();
  });
});

describe('trials that fail', () => {
  test('are told and left out; the search goes on', async () => {
    const { options } = asked({
      fitTrial: async (trial) => {
        if (trial.params['k'] === 1) throw new Error('k must not be 1');
        return bowl(trial);
      },
    });
    const { trials, winner } = await tune(options);
    expect(trials.filter(({ error }) => error !== undefined).every(({ values }) => values['k'] === 1)).toBe(true);
    expect(winner.params['k']).toBe(2);
  });

  test('in the whole first batch end the step with the error itself', async () => {
    const { fitted, options } = asked({
      fitTrial: async () => {
        throw new TypeError('nothing works');
      },
    });
    await expect(tune(options)).rejects.toThrow(TypeError);
    expect(fitted).toHaveLength(6);
  });
});

describe('the end of a search', () => {
  test('a time budget: no trial begins after it, and time before a kill counts', async () => {
    const tuning = { ...BOWL, algorithm: 'random' as const, time_budget_secs: 20 };
    const kept = keptTrials(tempFolder());
    const first = asked({ tuning, kept });
    const ended = await tune(first.options);
    expect(ended.ended).toBe('time');
    expect(first.fitted.length).toBeLessThan(10);
    const again = asked({ tuning, kept });
    await tune(again.options);
    expect(again.fitted).toHaveLength(0);
  });

  test('a function of the user, with all trials after each batch, and a state as for hyperopt', async () => {
    const seen: unknown[] = [];
    const stop = async (fn: (trials: readonly TuningTrial[], ...state: number[]) => unknown) =>
      earlyStop({ userFunction: async () => fn as never }, { file: 'steps/train.ts', name: 'stop' }, 'rmse');
    const counting = await stop((trials, batches = 0) => {
      seen.push([trials.length, batches, Object.keys(trials[0] ?? {})]);
      return [batches === 2, [batches + 1]];
    });
    const { ended, trials } = await tune(asked({ stop: counting }).options);
    const keys = ['number', 'params', 'values', 'value', 'loss', 'metrics', 'seconds'];
    expect(seen).toEqual([
      [4, 0, keys],
      [8, 1, keys],
      [12, 2, keys],
    ]);
    expect([ended, trials.length]).toEqual(['early-stop', 13]);
    await expect(tune(asked({ stop: await stop(() => 'yes') }).options)).rejects.toThrow(
      '`stop` in steps/train.ts must say whether to stop; it returned a string',
    );
  });
});

describe('successive halving', () => {
  const halving: TuneParams = { ...BOWL, algorithm: 'successive_halving', max_trials: 13, sample_fraction: 0.9, factor: 3 };
  test('of rows: the share of the sample; the baseline has all of it', async () => {
    const { fitted, options } = asked({ tuning: { ...halving, resource: 'n_samples' } });
    await tune(options);
    expect(fitted.map(({ rowShare }) => Number(rowShare.toFixed(6)))).toEqual([0.9, ...Array(9).fill(0.1), ...Array(3).fill(0.3), 0.9]);
  });

  test('of a parameter: rounded parts of what is written, and the whole for the winner', async () => {
    const { fitted, options } = asked({ tuning: { ...halving, resource: 'n_estimators' }, fixed: { n_estimators: 100 } });
    const { winner } = await tune(options);
    expect(fitted.map(({ params }) => params['n_estimators'])).toEqual([100, ...Array(9).fill(11), ...Array(3).fill(33), 100]);
    expect(winner.params['n_estimators']).toBe(100);
  });
});
