import { defineEstimator, linear } from 'mlrecipe';

/** Logistic regression, with the penalty that scikit-learn has by default. */
export const logistic = defineEstimator(() => linear({ l2: 1 }));
