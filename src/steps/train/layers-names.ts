/**
 * Names of layers without the counter that TensorFlow.js puts behind a name that it makes up: it counts
 * all layers that the process has ever made, and the same model must be the same bytes.
 */
import type { Json } from '../../schema/json.ts';

/** `index` is the layer's place in its model. A name that ends in no number is the user's, and stays. */
export function plainName(name: string, index: number): string {
  const made = /^(.*?)(?:_[A-Z][A-Za-z0-9]*?)?_?\d+$/.exec(name);
  return made === null ? name : `${made[1]}_${index}`;
}

/** The topology with plain names wherever one stands. */
export function withoutCounters(topology: Json): Json {
  const { config } = topology as { readonly config?: { readonly name?: string; readonly layers?: readonly Json[] } };
  const names = new Map<string, string>();
  (config?.layers ?? []).forEach((layer, index) => {
    const { name, config: inner } = layer as { readonly name?: string; readonly config?: { readonly name?: string } };
    for (const one of [name, inner?.name]) if (one !== undefined) names.set(one, plainName(one, index));
  });
  if (config?.name !== undefined) names.set(config.name, plainName(config.name, 0));
  // A copy of plain data, in which undefined values are gone too.
  return JSON.parse(
    JSON.stringify(topology, (_, value: unknown) => (typeof value === 'string' ? (names.get(value) ?? value) : value)),
  ) as Json;
}
