/**
 * `Math.random` from a seed while foreign code trains. Libraries draw first weights, samples and
 * dropout from it, and the same recipe must give the same model. A worker does one thing at a time,
 * so nobody else draws meanwhile.
 */
import { Random } from '../../ml/random.ts';

export async function withSeededRandom<T>(seed: number, work: () => T | Promise<T>): Promise<T> {
  const usual = Math.random;
  const random = new Random(seed);
  Math.random = () => random.uniform();
  try {
    return await work();
  } finally {
    Math.random = usual;
  }
}
