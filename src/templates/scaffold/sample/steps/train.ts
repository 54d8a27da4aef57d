import { type Estimator, gradientBoosting } from 'mlrecipe';

/** The unfitted estimator that `recipe.yaml` names. Change a number, then `npx mlrecipe run --step train`. */
export function estimator_fn(): Estimator {
  return gradientBoosting({
    n_estimators: 200,
    learning_rate: 0.05,
    max_leaves: 15,
  });
}
