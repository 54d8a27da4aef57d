import { defineEstimator, linear } from 'mlrecipe';

/** Without a penalty: ordinary least squares. */
export const leastSquares = defineEstimator(() => linear({ l2: 0 }));
