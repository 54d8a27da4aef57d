/**
 * The conformance suite of estimators. Each estimator's test is a call of it; a check that cannot hold
 * is skipped with a written reason.
 */
import { describe, expect, it } from 'vitest';
import type { Estimator, FeatureMatrix, FitContext, FittedModel, Target } from '../../src/ml/estimator.ts';
import { Random } from '../../src/ml/random.ts';
import type { Json, JsonObject } from '../../src/schema/json.ts';
import { badValues, type ParamSpecs } from '../../src/schema/param.ts';

export interface EstimatorContract {
  readonly name: string;
  /** What the checks are told under, when several estimators share a name. */
  readonly title?: string;
  readonly create: (params: JsonObject) => Estimator;
  readonly restore: (json: Json, classCount: number | undefined) => FittedModel | Promise<FittedModel>;
  readonly params: ParamSpecs;
  /** What it can be trained for. */
  readonly tasks: readonly Task[];
  /** Turns off what validation rows decide, such as when to stop. */
  readonly unwatched?: JsonObject;
  /** Makes fits quick; used in every check but that of the defaults. */
  readonly quick?: JsonObject;
  /** Added to `quick` where a row of weight 2 is compared with the row twice. */
  readonly exact?: JsonObject;
  /** Iterations at most of a fit whose validation rows say the opposite of the training rows. Absent: it never stops early. */
  readonly stopsWithin?: { readonly params: JsonObject; readonly iterations: number };
  /** Check → why it cannot hold. */
  readonly skip?: { readonly [check in Check]?: string };
}

export type Task = 'regression' | 'binary' | 'multiclass';
export type Check =
  | 'weights'
  | 'abort'
  | 'importance'
  | 'iterations'
  | 'another seed'
  | 'few rows'
  | 'one class'
  | 'validation'
  | 'constant features'
  | 'skill'
  | 'probabilities'
  | 'parameters'
  | 'bad target';

const CLASSES: { readonly [task in Task]: readonly string[] } = { regression: [], binary: ['no', 'yes'], multiclass: ['a', 'b', 'c'] };

export function estimatorContract(contract: EstimatorContract): void {
  const { quick = {}, skip = {}, title: named = contract.name } = contract;
  const { accepts } = contract.create(quick);
  const check = (name: Check, title: string, body: () => Promise<void>): void => {
    const reason = skip[name];
    if (reason === undefined) it(title, body);
    else it.skip(`${title} (skipped: ${reason})`, body);
  };
  const train = async (x: FeatureMatrix, y: Target, context: Partial<FitContext> = {}, params: JsonObject = {}): Promise<FittedModel> =>
    contract.create({ ...quick, ...params }).fit(x, y, { seed: 7, ...context });

  describe(`${named}: parameters`, () => {
    it('holds all parameters that have a default', () => {
      const { name, params } = contract.create({});
      expect(name).toBe(contract.name);
      for (const [key, spec] of Object.entries(contract.params)) if (spec.default !== undefined) expect(params[key]).toBe(spec.default);
    });

    it('documents every parameter in a sentence', () => {
      for (const spec of Object.values(contract.params)) expect(spec.doc).toMatch(/^[A-Z].*\.$/);
    });

    for (const [key, spec] of Object.entries(contract.params)) {
      it.each(badValues(spec).map((value) => [String(value), value]))(`refuses ${key} = %s`, (_, value) => {
        expect(() => contract.create({ [key]: value } as JsonObject)).toThrow(RangeError);
        expect(() => contract.create({ [key]: value } as JsonObject)).toThrow(`\`${key}\` must be `);
      });
    }

    check('parameters', 'names all problems at once', async () => {
      const names = Object.keys(contract.params).slice(0, 2);
      const bad = Object.fromEntries(names.map((key) => [key, null]));
      const attempt = (): unknown => contract.create({ ...bad, no_such_parameter: 1 });
      for (const key of names) expect(attempt).toThrow(`\`${key}\` must be `);
      expect(attempt).toThrow('unknown parameter `no_such_parameter`');
    });
  });

  for (const task of contract.tasks) {
    describe(`${named}: ${task}`, () => {
      it('gives the same model for the same seed and rows', async () => {
        const { x, y } = sampleTable(task, 120, accepts);
        const [once, again] = [await train(x, y), await train(x, y)];
        expect(JSON.stringify(again.toJSON())).toBe(JSON.stringify(once.toJSON()));
      });

      it('predicts the same, bit for bit, after a round trip through JSON', async () => {
        const { x, y } = sampleTable(task, 120, accepts);
        const model = await train(x, y);
        const classCount = y.kind === 'classification' ? y.classes.length : undefined;
        const restored = await contract.restore(JSON.parse(JSON.stringify(model.toJSON())) as Json, classCount);
        const fresh = sampleTable(task, 80, accepts, 2).x;
        expect(restored.estimator).toBe(contract.name);
        expect(restored.predict(fresh)).toEqual(model.predict(fresh));
        expect(restored.predictProba?.(fresh)).toEqual(model.predictProba?.(fresh));
        expect(restored.featureImportance?.()).toEqual(model.featureImportance?.());
        expect(restored.describe()).toEqual(model.describe());
        expect(JSON.stringify(restored.toJSON())).toBe(JSON.stringify(model.toJSON()));
      });

      it('gives the same model for any number of threads', async () => {
        const { x, y } = sampleTable(task, 120, accepts);
        const [one, three] = [await train(x, y, { threads: 1 }), await train(x, y, { threads: 3 })];
        expect(JSON.stringify(three.toJSON())).toBe(JSON.stringify(one.toJSON()));
      });

      check('another seed', 'gives another model for another seed', async () => {
        const { x, y } = sampleTable(task, 120, accepts);
        const [one, other] = [await train(x, y), await train(x, y, { seed: 8 })];
        expect(outputOf(other, x)).not.toEqual(outputOf(one, x));
      });

      it('leaves its inputs as they were', async () => {
        const { x, y } = sampleTable(task, 60, accepts);
        const sampleWeight = Float64Array.from({ length: 60 }, (_, row) => 1 + (row % 3));
        const validation = sampleTable(task, 30, accepts, 2);
        const before = structuredClone({ x, y, sampleWeight, validation });
        const model = await train(x, y, { sampleWeight, validation });
        model.predict(x);
        model.predictProba?.(x);
        expect({ x, y, sampleWeight, validation }).toEqual(before);
      });

      check('skill', 'learns a simple function', async () => {
        const { x, y } = sampleTable(task, 400, accepts);
        const fresh = sampleTable(task, 300, accepts, 2);
        const model = await train(x, y);
        expect(skill(model.predict(fresh.x), fresh.y)).toBeGreaterThan(0.7);
      });

      it('predicts a row alone as it does among others', async () => {
        const { x, y } = sampleTable(task, 60, accepts);
        const model = await train(x, y);
        const alone = rowsOf(x).map((row) => model.predict(row)[0]);
        expect(alone).toEqual(Array.from(model.predict(x)));
        const width = CLASSES[task].length;
        const shares = model.predictProba?.(x);
        if (shares !== undefined)
          expect(rowsOf(x).flatMap((row) => Array.from(model.predictProba?.(row) ?? []))).toEqual(
            Array.from(shares.subarray(0, x.rowCount * width)),
          );
      });

      it('predicts nothing for no rows', async () => {
        const { x, y } = sampleTable(task, 60, accepts);
        const model = await train(x, y);
        expect(model.predict(take(x, []))).toHaveLength(0);
        expect(model.predictProba?.(take(x, [])) ?? []).toHaveLength(0);
      });

      it('does not mind a constant feature', async () => {
        const { x, y } = sampleTable(task, 120, accepts);
        const constant = new Float64Array(x.rowCount).fill(3);
        const wider: FeatureMatrix = {
          ...x,
          features: [...x.features, { name: 'constant', kind: 'numeric' }],
          columns: [...x.columns, constant],
        };
        const model = await train(wider, y);
        expect(model.predict(wider).every(Number.isFinite)).toBe(true);
        expect(model.featureImportance?.()[x.features.length] ?? 0).toBeLessThan(1e-9);
      });

      check('few rows', 'trains on one row and on five', async () => {
        for (const rows of [1, 5]) {
          const { x, y } = sampleTable(task, rows, accepts);
          expect((await train(x, y)).predict(x).every(Number.isFinite)).toBe(true);
        }
      });

      check('constant features', 'says the same of all rows when no feature ever changes', async () => {
        const { x, y } = sampleTable(task, 60, accepts);
        const same: FeatureMatrix = { ...x, columns: x.columns.map((column) => new Float64Array(column.length).fill(1)) };
        const predicted = (await train(same, y)).predict(same);
        expect(predicted.every((value) => Number.isFinite(value) && value === predicted[0])).toBe(true);
      });

      check('one class', 'learns a target that never changes', async () => {
        const { x, y } = sampleTable(task, 5, accepts);
        const same: Target =
          y.kind === 'regression' ? { ...y, values: new Float64Array(5).fill(2) } : { ...y, codes: new Int32Array(5).fill(1) };
        const predicted = (await train(x, same)).predict(x);
        for (const value of predicted) expect(value).toBeCloseTo(y.kind === 'regression' ? 2 : 1, 6);
      });

      it('refuses a table without rows', async () => {
        const { x, y } = sampleTable(task, 0, accepts);
        await expect((async () => train(x, y))()).rejects.toThrow(RangeError);
      });

      if (task === 'regression') {
        check('bad target', 'refuses a target that is no number', async () => {
          const { x, y } = sampleTable(task, 20, accepts);
          const values = y.kind === 'regression' ? y.values.with(3, Number.NaN) : new Float64Array(20);
          await expect((async () => train(x, { kind: 'regression', values }))()).rejects.toThrow(RangeError);
        });
      }

      check('importance', 'gives importances that sum to 1 and favour what matters', async () => {
        const { x, y } = sampleTable(task, 400, accepts);
        const importance = (await train(x, y)).featureImportance?.() ?? new Float64Array(0);
        expect(importance).toHaveLength(x.features.length);
        expect(importance.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
        const noise = x.features.findIndex((feature) => feature.name === 'noise');
        const signal = x.features.findIndex((feature) => feature.name === 'signal');
        expect(importance[signal]).toBeGreaterThan(2 * (importance[noise] as number));
      });

      it('explains each prediction as a sum, where it explains at all', async () => {
        const { x, y } = sampleTable(task, 120, accepts);
        const model = await train(x, y);
        const found = model.contributions?.(x);
        if (found === undefined) return;
        const { outputs, expected, values, space } = found;
        const width = x.features.length;
        expect([outputs, expected.length, values.length]).toEqual([task === 'multiclass' ? 3 : 1, outputs, 120 * outputs * width]);
        const sums = Array.from({ length: 120 * outputs }, (_, at) =>
          values.slice(at * width, (at + 1) * width).reduce((sum, value) => sum + value, expected[at % outputs] as number),
        );
        expect(sums.every(Number.isFinite)).toBe(true);
        // How such a score becomes a prediction is not told.
        if (space === 'raw') return;
        const said = model.predictProba?.(x) ?? model.predict(x);
        for (let row = 0; row < 120; row++) {
          const own = sums.slice(row * outputs, (row + 1) * outputs);
          const powers = own.map(Math.exp);
          own.forEach((sum, k) => {
            const total = powers.reduce((all, power) => all + power, 0);
            const odds = outputs === 1 ? 1 / (1 + Math.exp(-sum)) : (powers[k] as number) / total;
            const back = { value: sum, log: Math.exp(sum), log1p: Math.expm1(sum), log_odds: odds, probability: sum };
            const column = task === 'regression' ? row : task === 'binary' ? 2 * row + 1 : 3 * row + k;
            expect(back[space]).toBeCloseTo(said[column] as number, 9);
          });
        }
      });

      check('weights', 'reads a weight of 2 as the row twice and a weight of 0 as no row', async () => {
        const { x, y } = sampleTable(task, 80, { missing: false, categorical: false });
        const sampleWeight = Float64Array.from({ length: 80 }, (_, row) => row % 3);
        const repeated = Array.from(sampleWeight).flatMap((times, row) => Array<number>(times).fill(row));
        const weighted = await train(x, y, { sampleWeight }, contract.exact);
        const duplicated = await train(take(x, repeated), takeTarget(y, repeated), {}, contract.exact);
        const [a, b] = [outputOf(weighted, x), outputOf(duplicated, x)];
        // Sums have another order, which moves the last digits and no more.
        a.forEach((value, i) => {
          expect(value).toBeCloseTo(b[i] as number, 5);
        });
      });

      check('abort', 'stops when it is told to', async () => {
        const { x, y } = sampleTable(task, 60, accepts);
        await expect((async () => train(x, y, { signal: AbortSignal.abort(new Error('stop now')) }))()).rejects.toThrow('stop now');
      });

      if (accepts.sampleWeight === false) {
        it('counts every row the same, as it says', async () => {
          const { x, y } = sampleTable(task, 60, accepts);
          const sampleWeight = Float64Array.from({ length: 60 }, (_, row) => row % 3);
          expect(outputOf(await train(x, y, { sampleWeight }), x)).toEqual(outputOf(await train(x, y), x));
        });
      }

      check('validation', 'does not learn from validation rows', async () => {
        const { x, y } = sampleTable(task, 60, accepts);
        const again = { ...contract.stopsWithin?.params, ...contract.unwatched };
        const validation = sampleTable(task, 250, accepts, 2);
        const [without, within] = [await train(x, y, {}, again), await train(x, y, { validation }, again)];
        expect(outputOf(within, x)).toEqual(outputOf(without, x));
      });

      const stops = contract.stopsWithin;
      if (stops !== undefined) {
        it('stops when validation says the opposite, and keeps what was best there', async () => {
          const { x, y } = sampleTable(task, 200, accepts);
          const validation = { x, y: reversed(y) };
          const losses: number[] = [];
          const onIteration: FitContext['onIteration'] = (_, metrics) => losses.push(metrics['validation_loss'] as number);
          await train(x, y, { validation, onIteration }, stops.params);
          expect(losses.length).toBeGreaterThan(0);
          expect(losses.length).toBeLessThanOrEqual(stops.iterations);
        });
      }

      check('iterations', 'reports iterations from 1 upwards with finite metrics', async () => {
        const { x, y } = sampleTable(task, 120, accepts);
        const seen: number[] = [];
        const onIteration: FitContext['onIteration'] = (iteration, metrics) => {
          seen.push(iteration);
          expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
        };
        await train(x, y, { onIteration, validation: sampleTable(task, 60, accepts, 2) });
        expect(seen.length).toBeGreaterThan(0);
        expect(seen).toEqual(seen.map((_, i) => i + 1));
      });

      if (accepts.missing) {
        it('takes missing values, in training and in prediction', async () => {
          const { x, y } = sampleTable(task, 120, accepts);
          const holes: FeatureMatrix = {
            ...x,
            columns: x.columns.map((column, f) => column.map((v, row) => ((row + f) % 5 === 0 ? Number.NaN : v))),
          };
          const model = await train(holes, y);
          expect(model.predict(holes).every(Number.isFinite)).toBe(true);
          const none = { ...x, columns: x.columns.map((column) => new Float64Array(column.length).fill(Number.NaN)) };
          expect(model.predict(none).every(Number.isFinite)).toBe(true);
          expect((await train(x, y)).predict(none).every(Number.isFinite)).toBe(true);
        });
      }

      if (accepts.categorical) {
        it('reads a category that it does not know as missing', async () => {
          const { x, y } = sampleTable(task, 120, accepts);
          const model = await train(x, y);
          const recoded = (code: number): FeatureMatrix => ({
            ...x,
            columns: x.columns.map((column, f) =>
              x.features[f]?.kind === 'categorical' ? new Float64Array(column.length).fill(code) : column,
            ),
          });
          const missing = model.predict(recoded(Number.NaN));
          expect(missing.every(Number.isFinite)).toBe(true);
          expect(model.predict(recoded(99))).toEqual(missing);
          expect(model.predict(recoded(-1))).toEqual(missing);
        });
      }

      if (task !== 'regression') {
        it('predicts codes of classes', async () => {
          const { x, y } = sampleTable(task, 120, accepts);
          const codes = (await train(x, y)).predict(x);
          expect(codes).toHaveLength(x.rowCount);
          expect(codes.every((code) => Number.isInteger(code) && code >= 0 && code < CLASSES[task].length)).toBe(true);
        });

        check('probabilities', 'gives probabilities that sum to 1 and predicts the largest', async () => {
          const { x, y } = sampleTable(task, 120, accepts);
          const model = await train(x, y);
          const width = CLASSES[task].length;
          const probabilities = model.predictProba?.(x) ?? new Float64Array(0);
          expect(probabilities).toHaveLength(x.rowCount * width);
          model.predict(x).forEach((code, row) => {
            const own = probabilities.subarray(row * width, (row + 1) * width);
            expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 10);
            expect(own[code]).toBe(Math.max(...own));
          });
        });

        check('probabilities', 'stands a class without training rows', async () => {
          const { x, y } = sampleTable(task, 120, accepts);
          if (y.kind !== 'classification') return;
          const model = await train(x, { ...y, classes: [...y.classes, 'unseen'] });
          const width = y.classes.length + 1;
          const probabilities = model.predictProba?.(x) ?? new Float64Array(0);
          expect(probabilities).toHaveLength(x.rowCount * width);
          expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
        });
      }
    });
  }
}

/** Rows whose target hangs on `signal`, a little on `group` and not on `noise`. */
function sampleTable(task: Task, rows: number, accepts: Estimator['accepts'], seed = 1): { readonly x: FeatureMatrix; readonly y: Target } {
  const random = new Random(seed);
  const signal = Float64Array.from({ length: rows }, () => 4 * random.uniform() - 2);
  const noise = Float64Array.from({ length: rows }, () => random.normal());
  const group = Float64Array.from({ length: rows }, () => random.integer(3));
  const score = signal.map((value, row) => value + (accepts.categorical ? 0.5 * ((group[row] as number) - 1) : 0) + 0.1 * random.normal());
  const x: FeatureMatrix = {
    rowCount: rows,
    features: [
      { name: 'noise', kind: 'numeric' },
      { name: 'signal', kind: 'numeric' },
      ...(accepts.categorical ? [{ name: 'group', kind: 'categorical', levels: 3 } as const] : []),
    ],
    columns: accepts.categorical ? [noise, signal, group] : [noise, signal],
  };
  if (task === 'regression') return { x, y: { kind: 'regression', values: score.map((s) => 3 * s + 10) } };
  const codes = task === 'binary' ? score.map((s) => (s > 0 ? 1 : 0)) : score.map((s) => (s > 0.7 ? 2 : s > -0.7 ? 1 : 0));
  return { x, y: { kind: 'classification', codes: Int32Array.from(codes), classes: CLASSES[task] } };
}

/** R² for numbers; for classes, how much of the error of guessing the commonest class is gone. */
function skill(predicted: Float64Array, y: Target): number {
  const actual = y.kind === 'regression' ? y.values : Float64Array.from(y.codes);
  const mean = actual.reduce((sum, v) => sum + v, 0) / actual.length;
  let error = 0;
  let spread = 0;
  actual.forEach((value, row) => {
    error += y.kind === 'regression' ? (value - (predicted[row] as number)) ** 2 : Number(value !== predicted[row]);
    spread += (value - mean) ** 2;
  });
  if (y.kind === 'regression') return 1 - error / spread;
  const largest = Math.max(...y.classes.map((_, code) => actual.filter((v) => v === code).length));
  return 1 - error / (actual.length - largest);
}

/** Large where the other is small; the other class. */
function reversed(y: Target): Target {
  return y.kind === 'regression'
    ? { ...y, values: y.values.map((value) => 20 - value) }
    : { ...y, codes: y.codes.map((code) => y.classes.length - 1 - code) };
}

function outputOf(model: FittedModel, x: FeatureMatrix): Float64Array {
  return model.predictProba?.(x) ?? model.predict(x);
}

function rowsOf(x: FeatureMatrix): readonly FeatureMatrix[] {
  return Array.from({ length: x.rowCount }, (_, row) => take(x, [row]));
}

function take(x: FeatureMatrix, rows: readonly number[]): FeatureMatrix {
  return { ...x, rowCount: rows.length, columns: x.columns.map((column) => Float64Array.from(rows, (row) => column[row] as number)) };
}

function takeTarget(y: Target, rows: readonly number[]): Target {
  return y.kind === 'regression'
    ? { ...y, values: Float64Array.from(rows, (row) => y.values[row] as number) }
    : { ...y, codes: Int32Array.from(rows, (row) => y.codes[row] as number) };
}
