/** Estimators of others under the contract of ours: a class that learns in its constructor, and layers of TensorFlow.js. */
import { beforeAll } from 'vitest';
import type { ForeignClass } from '../../../../src/steps/train/foreign-class.ts';
import { adaptForeign, restoreForeign } from '../../../../src/steps/train/foreign-estimator.ts';
import { adaptLayersModel, restoreLayersModel } from '../../../../src/steps/train/layers-model.ts';
import { estimatorContract } from '../../../contracts/estimator.ts';
import { FOREIGN_SKIPPED, LAYERS_SKIPPED, LayersMaker, WHERE } from '../../../support/foreign-estimators.ts';

/** As `KNN` of ml-knn does. */
class Nearest {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
  constructor(rows: number[][], labels: number[]) {
    this.rows = rows.map((row) => [...row]);
    this.labels = [...labels];
  }
  predict(asked: number[][]): number[] {
    return asked.map((one) => {
      const far = this.rows.map((row) => row.reduce((sum, value, i) => sum + (i === 1 ? 1 : 0.01) * (value - (one[i] as number)) ** 2, 0));
      return this.labels[far.indexOf(Math.min(...far))] as number;
    });
  }
  toJSON(): unknown {
    return { rows: this.rows, labels: this.labels };
  }
  static load(state: { rows: number[][]; labels: number[] }): Nearest {
    return new Nearest(state.rows, state.labels);
  }
}

estimatorContract({
  name: 'custom',
  create: (params) => adaptForeign(Nearest as unknown as ForeignClass, params, WHERE),
  restore: (state, classCount) => restoreForeign(Nearest as unknown as ForeignClass, state, classCount, WHERE),
  params: {},
  tasks: ['regression', 'binary', 'multiclass'],
  skip: FOREIGN_SKIPPED,
});

const layers = new LayersMaker();
beforeAll(() => layers.load());

estimatorContract({
  name: 'custom',
  // The layers are made for the features that come, as a user would for the data that there are.
  create: (params) => ({
    name: 'custom',
    params,
    accepts: { missing: false, categorical: false, sampleWeight: false },
    fit: (x, y, context) => adaptLayersModel(layers.network(3, x.features.length), params, WHERE).fit(x, y, context),
  }),
  restore: (state, classCount) => restoreLayersModel(layers.network(3, 2), state, classCount, WHERE),
  params: {},
  tasks: ['multiclass'],
  quick: { epochs: 2, batch_size: 64, backend: 'cpu' },
  unwatched: { early_stopping: false },
  stopsWithin: { params: { epochs: 9, patience: 1 }, iterations: 8 },
  skip: LAYERS_SKIPPED,
});
