import { type Estimator, gradientBoosting } from 'mlrecipe';

/** An unfitted estimator. Change a number and run `npx mlrecipe run --step train`: only what follows runs again. */
export function estimator_fn(): Estimator {
  return gradientBoosting({
    n_estimators: 600,
    learning_rate: 0.04,
    max_leaves: 48,
    subsample: 0.8,
    min_samples_leaf: 8,
    log_target: true,
  });
}
