/** The metrics of `train`, by their names without prefix; undefined ones are left out. */
export interface TrainingMetrics {
  readonly training: Readonly<Record<string, number>>;
  readonly validation: Readonly<Record<string, number>>;
  readonly baseline: Readonly<Record<string, number>>;
}
