/** `resources`: sizes that can be read, and that go together. */
import { byteSize } from '../../schema/byte-size.ts';
import type { RecipeView } from '../view.ts';

/** Less than a step's process takes before it has read anything. */
const LEAST_PROCESS = 256e6;
/** With less the data engine cannot sort or join anything. */
const LEAST_ENGINE = 64e6;

export function checkResources(view: RecipeView): void {
  const memory = checkSize(view, 'memory', LEAST_PROCESS, 'for the process of a step to start', '256MB');
  const limit = checkSize(view, 'memory_limit', LEAST_ENGINE, 'for the data engine', '64MB');
  if (memory === undefined || limit === undefined || limit <= memory) return;
  view.report({
    code: 'bad-value',
    path: ['resources', 'memory_limit'],
    at: 'value',
    message: 'the data engine may fill more than the process of a step may hold',
    hint: 'lower `memory_limit`, or raise `memory`',
  });
}

/** The bytes that the key says, where they are right. */
function checkSize(view: RecipeView, key: string, least: number, purpose: string, enough: string): number | undefined {
  const node = view.find('resources', key);
  if (node?.kind !== 'scalar' || (typeof node.value !== 'string' && typeof node.value !== 'number')) return undefined;
  if (view.hasErrorAt(['resources', key])) return undefined;
  const bytes = byteSize(String(node.value));
  if (bytes !== undefined && bytes >= least) return bytes;
  view.report({
    code: 'bad-value',
    path: ['resources', key],
    at: 'value',
    message: bytes === undefined ? `\`${node.value}\` is no size` : `\`${node.value}\` is too little ${purpose}`,
    hint: bytes === undefined ? 'write a number and a unit, such as `4GB` or `800MB`' : `give it at least \`${enough}\``,
  });
  return undefined;
}
