/**
 * Optimizers on plain arrays, so that their whole state can be kept and taken up again to the bit.
 * The definitions are those of Keras: Adam (Kingma and Ba, ICLR 2015, section 2), AdamW (Loshchilov
 * and Hutter, ICLR 2019, algorithm 2), momentum and Nesterov (Sutskever et al., ICML 2013, eq. 1–4),
 * RMSprop (Tieleman and Hinton, 2012).
 */
import type { WeightSpec } from './architecture.ts';

export interface OptimizerSettings {
  readonly optimizer: 'adam' | 'adamw' | 'sgd' | 'rmsprop';
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly beta_1: number;
  readonly beta_2: number;
  readonly rho: number;
  readonly epsilon: number;
  readonly weight_decay: number;
  readonly global_clipnorm?: number;
}

/** Everything that the next step depends on besides weights and gradients. */
export interface OptimizerState {
  readonly steps: number;
  /** One list for each moment, in it one array for each weight. */
  readonly slots: readonly (readonly Float32Array[])[];
}

export class Optimizer {
  readonly #settings: OptimizerSettings;
  readonly #specs: readonly WeightSpec[];
  readonly #slots: readonly (readonly Float32Array[])[];
  #steps: number;

  constructor(settings: OptimizerSettings, specs: readonly WeightSpec[], sizes: readonly number[], state?: OptimizerState) {
    this.#settings = settings;
    this.#specs = specs;
    this.#steps = state?.steps ?? 0;
    const { optimizer, momentum } = settings;
    const count = optimizer === 'sgd' ? (momentum > 0 ? 1 : 0) : optimizer === 'rmsprop' ? 1 : 2;
    this.#slots = state?.slots ?? Array.from({ length: count }, () => sizes.map((size) => new Float32Array(size)));
  }

  get state(): OptimizerState {
    return { steps: this.#steps, slots: this.#slots };
  }

  /** Changes the weights in place. */
  step(weights: readonly Float32Array[], gradients: readonly ArrayLike<number>[], learningRate: number): void {
    this.#steps++;
    const factor = this.#clipFactor(gradients);
    const rate = this.#rate(learningRate);
    weights.forEach((weight, index) => {
      const gradient = gradients[index] as ArrayLike<number>;
      const [first, second] = this.#slots.map((slot) => slot[index] as Float32Array);
      switch (this.#settings.optimizer) {
        case 'sgd':
          this.#momentum(weight, gradient, first, { rate, factor });
          break;
        case 'rmsprop':
          this.#rmsprop(weight, gradient, first as Float32Array, { rate, factor });
          break;
        default: {
          const decays = this.#settings.optimizer === 'adamw' && this.#specs[index]?.role === 'kernel';
          const kept = decays ? 1 - learningRate * this.#settings.weight_decay : 1;
          this.#adam(weight, gradient, [first as Float32Array, second as Float32Array], { rate, factor, kept });
        }
      }
    });
  }

  #clipFactor(gradients: readonly ArrayLike<number>[]): number {
    const limit = this.#settings.global_clipnorm;
    if (limit === undefined) return 1;
    let square = 0;
    for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) square += (gradient[i] as number) ** 2;
    const norm = Math.sqrt(square);
    return norm > limit ? limit / norm : 1;
  }

  #rate(learningRate: number): number {
    const { optimizer, beta_1, beta_2 } = this.#settings;
    if (optimizer === 'sgd' || optimizer === 'rmsprop') return learningRate;
    return (learningRate * Math.sqrt(1 - beta_2 ** this.#steps)) / (1 - beta_1 ** this.#steps);
  }

  #momentum(weight: Float32Array, gradient: ArrayLike<number>, velocity: Float32Array | undefined, { rate, factor }: Step): void {
    const { momentum, nesterov } = this.#settings;
    for (let i = 0; i < weight.length; i++) {
      const g = (gradient[i] as number) * factor;
      if (velocity === undefined) {
        weight[i] = (weight[i] as number) - rate * g;
        continue;
      }
      const v = momentum * (velocity[i] as number) - rate * g;
      velocity[i] = v;
      weight[i] = (weight[i] as number) + (nesterov ? momentum * v - rate * g : v);
    }
  }

  #rmsprop(weight: Float32Array, gradient: ArrayLike<number>, square: Float32Array, { rate, factor }: Step): void {
    const { rho, epsilon } = this.#settings;
    for (let i = 0; i < weight.length; i++) {
      const g = (gradient[i] as number) * factor;
      const s = rho * (square[i] as number) + (1 - rho) * g * g;
      square[i] = s;
      weight[i] = (weight[i] as number) - (rate * g) / Math.sqrt(s + epsilon);
    }
  }

  #adam(
    weight: Float32Array,
    gradient: ArrayLike<number>,
    [mean, square]: readonly [Float32Array, Float32Array],
    { rate, factor, kept }: Step & { readonly kept: number },
  ): void {
    const { beta_1, beta_2, epsilon } = this.#settings;
    for (let i = 0; i < weight.length; i++) {
      const g = (gradient[i] as number) * factor;
      const m = beta_1 * (mean[i] as number) + (1 - beta_1) * g;
      const s = beta_2 * (square[i] as number) + (1 - beta_2) * g * g;
      mean[i] = m;
      square[i] = s;
      weight[i] = (weight[i] as number) * kept - (rate * m) / (Math.sqrt(s) + epsilon);
    }
  }
}

interface Step {
  readonly rate: number;
  /** What shortens the gradient. */
  readonly factor: number;
}
