/**
 * The parameters of extra trees: those of the random forest with other defaults. Plain data: read by the recipe's schema
 * and by the reference page, so it imports no code that trains.
 */
import { randomForestParams } from './random-forest-params.ts';

export const extraTreesParams: typeof randomForestParams = {
  ...randomForestParams,
  max_features: {
    ...randomForestParams.max_features,
    doc: 'Share of the features that each split may choose from, at one drawn threshold each; unless given all for numbers and the square root of their number for classes.',
  },
  bootstrap: { ...randomForestParams.bootstrap, default: false },
};
