/**
 * Classes of the mljs family that a user's function returns as they are: some learn in their
 * constructor, `new KNN(rows, labels, options)`, others in `train`. Which one it is, the class says.
 */
import type { JsonObject } from '../../schema/json.ts';
import { problem } from '../problem.ts';
import type { ForeignEstimator } from './foreign-shape.ts';

export type ForeignClass = (new (...args: never[]) => object) & { readonly prototype: object };

export function isForeignClass(value: unknown): value is ForeignClass {
  return typeof value === 'function' && typeof (value.prototype as Partial<ForeignEstimator> | undefined)?.predict === 'function';
}

/** The class as an object with `fit`; `load` is that of the class. */
export function unfitted(type: ForeignClass, params: JsonObject, where: string): ForeignEstimator {
  const { train, fit } = type.prototype as Partial<ForeignEstimator>;
  const load = (type as { load?: ForeignEstimator['load'] }).load?.bind(type);
  const shared = {
    predict(): never {
      throw new Error('the class has not been trained');
    },
    ...(load !== undefined && { load }),
  };
  const make = type as unknown as new (...args: unknown[]) => ForeignEstimator;
  if (isOfOneFeature(type)) return { ...shared, fit: (x, y) => ofOneFeature(new make(columnOf(x, type, where), y, params)) };
  if (typeof train === 'function' || typeof fit === 'function') {
    const trained = (x: number[][], y: number[]): ForeignEstimator => {
      // Some read their first argument as a model to load, whatever is in it.
      const made = Object.keys(params).length === 0 ? new make() : new make(params);
      const returned = (made.train ?? made.fit)?.call(made, x, y) as Partial<ForeignEstimator> | undefined;
      return typeof returned?.predict === 'function' ? (returned as ForeignEstimator) : made;
    };
    return { ...shared, fit: trained };
  }
  return { ...shared, fit: (x, y) => constructed(make, x, y, params) };
}

/** Regressions over one number, such as `SimpleLinearRegression`, can write themselves as a formula. */
export function isOfOneFeature(type: ForeignClass): boolean {
  return 'toLaTeX' in type.prototype;
}

/** Some want the target as a column of a matrix. */
function constructed(make: new (...args: unknown[]) => ForeignEstimator, x: number[][], y: number[], params: JsonObject): ForeignEstimator {
  try {
    return new make(x, y, params);
  } catch (error) {
    try {
      return new make(
        x,
        y.map((value) => [value]),
        params,
      );
    } catch {
      throw error;
    }
  }
}

function columnOf(x: number[][], type: ForeignClass, where: string): number[] {
  const width = x[0]?.length ?? 0;
  if (width !== 1)
    throw problem(
      'step-failed',
      `\`${type.name}\` of ${where} learns from one feature, and there are ${width}`,
      'keep one column in `steps.transform`, or return an estimator for several, such as `linear({})`',
    );
  return x.map(([value]) => value as number);
}

/** The trained regression, asked in rows. */
export function ofOneFeature(model: object): ForeignEstimator {
  const inner = model as { predict(x: number[]): number[]; toJSON(): unknown };
  return { predict: (x) => inner.predict(x.map(([value]) => value as number)), toJSON: () => inner.toJSON() };
}
