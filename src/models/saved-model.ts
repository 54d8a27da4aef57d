/** What `model.json` holds. */
import type { Adjustment } from '../ml/classification/adjusted-model.ts';
import type { Feature } from '../ml/estimator.ts';
import type { TargetTransform } from '../ml/target-transform.ts';
import type { Json, JsonObject } from '../schema/json.ts';

/** Everything that prediction needs besides the transformer. */
export interface SavedModel {
  readonly schemaVersion: 1;
  readonly task: 'regression' | 'classification';
  readonly target: string;
  /** The column that said how much a row counts. Absent: every row counted once. */
  readonly weight?: string;
  /** Classification: labels in the order of the probability columns; the positive class of two comes last. */
  readonly classes?: readonly string[];
  readonly features: readonly Feature[];
  /** How the target was changed before the estimator saw it. Absent: not at all. */
  readonly target_transform?: TargetTransform;
  /** What is done to the probabilities of the estimator, and from which one on a row is positive. Absent: nothing, the likelier class. */
  readonly adjustment?: Adjustment;
  readonly estimator: { readonly name: string; readonly params: JsonObject; readonly state: Json; readonly custom?: CustomEstimator };
}

/** A model that only the user's code can restore. */
export interface CustomEstimator {
  readonly file: string;
  readonly name: string;
  /** Digest of that code when the model was trained, so that a change of it is a change of the model. */
  readonly code: string;
}
