/** `resources`: sizes that can be read. */
import { byteSize } from '../../schema/byte-size.ts';
import type { RecipeView } from '../view.ts';

/** Less than a step's process takes before it has read anything. */
const LEAST_BYTES = 256e6;

export function checkResources(view: RecipeView): void {
  const node = view.find('resources', 'memory');
  if (node?.kind !== 'scalar' || (typeof node.value !== 'string' && typeof node.value !== 'number')) return;
  if (view.hasErrorAt(['resources', 'memory'])) return;
  const bytes = byteSize(String(node.value));
  if (bytes !== undefined && bytes >= LEAST_BYTES) return;
  view.report({
    code: 'bad-value',
    path: ['resources', 'memory'],
    at: 'value',
    message: bytes === undefined ? `\`${node.value}\` is no size` : `\`${node.value}\` is too little for the process of a step to start`,
    hint: bytes === undefined ? 'write a number and a unit, such as `4GB` or `800MB`' : 'give it at least `256MB`',
  });
}
