/**
 * The distributions that a search draws parameters from, by the names of hyperopt, as data: schema, checks, sampling
 * and docs read them here. Bounds of those that begin with `log` or `qlog` are natural logarithms.
 */
import type { Json } from './json.ts';

export const DISTRIBUTION_KEYS = ['low', 'high', 'upper', 'q', 'mu', 'sigma', 'p_options', 'steps'] as const;
export type DistributionKey = (typeof DISTRIBUTION_KEYS)[number];

export interface DistributionSpec {
  readonly doc: string;
  readonly needs: readonly DistributionKey[];
  readonly takes: readonly DistributionKey[];
  /** What is drawn is the logarithm. */
  readonly isLog: boolean;
  /** Values are multiples of `q`, or integers. */
  readonly isRounded: boolean;
}

const bounded = (doc: string, isLog = false): DistributionSpec => ({
  doc,
  needs: ['low', 'high'],
  takes: ['steps'],
  isLog,
  isRounded: false,
});
const normal = (doc: string, isLog = false): DistributionSpec => ({
  doc,
  needs: ['mu', 'sigma'],
  takes: ['steps'],
  isLog,
  isRounded: false,
});
const rounded = (spec: DistributionSpec): DistributionSpec => ({ ...spec, needs: [...spec.needs, 'q'], isRounded: true });

export const DISTRIBUTION_NAMES = [
  'uniform',
  'quniform',
  'loguniform',
  'qloguniform',
  'normal',
  'qnormal',
  'lognormal',
  'qlognormal',
  'randint',
  'uniformint',
  'pchoice',
] as const;
export type DistributionName = (typeof DISTRIBUTION_NAMES)[number];

export const DISTRIBUTIONS: Readonly<Record<DistributionName, DistributionSpec>> = {
  uniform: bounded('Numbers from `low` to `high`, each as likely.'),
  quniform: rounded(bounded('Multiples of `q` from `low` to `high`.')),
  loguniform: bounded('Numbers from e^`low` to e^`high`, each order of magnitude as likely.', true),
  qloguniform: rounded(bounded('Multiples of `q` from e^`low` to e^`high`, each order of magnitude as likely.', true)),
  normal: normal('Numbers around `mu` with the standard deviation `sigma`, without bounds.'),
  qnormal: rounded(normal('Multiples of `q` around `mu` with the standard deviation `sigma`.')),
  lognormal: normal('Numbers whose natural logarithm has the mean `mu` and the standard deviation `sigma`.', true),
  qlognormal: rounded(normal('Multiples of `q` whose natural logarithm has the mean `mu` and the standard deviation `sigma`.', true)),
  randint: {
    doc: 'Integers from 0 to `upper` − 1, or from `low` to `high` − 1.',
    needs: [],
    takes: ['upper', 'low', 'high', 'steps'],
    isLog: false,
    isRounded: true,
  },
  uniformint: {
    doc: 'Integers from `low` to `high`, both included.',
    needs: ['low', 'high'],
    takes: ['q', 'steps'],
    isLog: false,
    isRounded: true,
  },
  pchoice: {
    doc: 'One of the values in `p_options`, a list of pairs `[probability, value]`.',
    needs: ['p_options'],
    takes: [],
    isLog: false,
    isRounded: false,
  },
};

/** What to try for one parameter, as a recipe writes it: a list of values, or a distribution with its numbers. */
export type SearchedParam = {
  readonly values?: readonly Json[];
  readonly distribution?: DistributionName;
  readonly low?: number;
  readonly high?: number;
  readonly upper?: number;
  readonly q?: number;
  readonly mu?: number;
  readonly sigma?: number;
  readonly p_options?: readonly (readonly [number, Json])[];
  /** How many points a grid has of it. */
  readonly steps?: number;
};

/** Parameter → what to try. */
export type SearchSpace = Readonly<Record<string, SearchedParam>>;
