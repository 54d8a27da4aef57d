/** The learning rate of each epoch. */

export interface ScheduleSettings {
  readonly learning_rate: number;
  readonly learning_rate_schedule: 'constant' | 'cosine' | 'step' | 'reduce_on_plateau';
  readonly decay_factor: number;
  readonly decay_epochs: number;
  readonly epochs: number;
}

/** `epoch` counts from 0. `reductions` are those that `reduce_on_plateau` has made so far. Cosine after Loshchilov and Hutter (ICLR 2017, eq. 5). */
export function learningRateOf(settings: ScheduleSettings, epoch: number, reductions: number): number {
  const { learning_rate: first, decay_factor: factor, decay_epochs: every, epochs } = settings;
  switch (settings.learning_rate_schedule) {
    case 'constant':
      return first;
    case 'cosine':
      return (first * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
    case 'step':
      return first * factor ** Math.floor(epoch / every);
    case 'reduce_on_plateau':
      return first * factor ** reductions;
  }
}
