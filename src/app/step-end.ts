/** How a step ended, for the run card. */
export interface StepEnd {
  readonly state: 'fresh' | 'restore' | 'run' | 'failed' | 'blocked';
  readonly durationMs?: number;
  readonly summary?: string;
  readonly reason?: string;
}
