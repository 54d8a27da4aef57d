/** The search that a recipe asks for. */
import type { SearchSpace } from '../../schema/distributions.ts';
import { axesOf } from './axis.ts';
import { gridSearch } from './grid-search.ts';
import { randomSearch } from './random-search.ts';
import { successiveHalving } from './successive-halving.ts';
import { tpeSearch } from './tpe.ts';
import type { Search } from './trial.ts';

export type SearchAlgorithm = 'random' | 'grid' | 'tpe' | 'successive_halving';

export interface SearchSettings {
  readonly algorithm: SearchAlgorithm;
  readonly space: SearchSpace;
  readonly seed: number;
  /** Needed by `successive_halving`. */
  readonly maxTrials?: number;
  readonly factor?: number;
}

export const DEFAULT_FACTOR = 3;

export function makeSearch({ algorithm, space, seed, maxTrials, factor = DEFAULT_FACTOR }: SearchSettings): Search {
  const options = { axes: axesOf(space), seed, ...(maxTrials !== undefined && { maxTrials }) };
  switch (algorithm) {
    case 'random':
      return randomSearch(options);
    case 'grid':
      return gridSearch(options);
    case 'tpe':
      return tpeSearch(options);
    case 'successive_halving':
      if (maxTrials === undefined) throw new Error('successive halving needs a number of trials');
      return successiveHalving({ ...options, maxTrials, factor });
  }
}
