/** The templates that `recipe:` can name. */
import { classification } from './classification/template.ts';
import { regression } from './regression/template.ts';
import type { Template } from './template.ts';

const CATALOG: readonly Template[] = [regression, classification];

/** `@` may stand for `/`, as in MLflow. */
export function templateOf(id: string): Template | undefined {
  return CATALOG.find((template) => template.id === id.replace('@', '/'));
}
