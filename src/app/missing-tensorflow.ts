/** Whether a recipe asks for a library that is not there: told before the steps that come first have run. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { LoadedRecipe } from '../recipe/load.ts';
import { TENSORFLOW_INSTALL } from '../steps/train/tensorflow.ts';
import { installedVersion } from '../user-code/packages.ts';
import { packageRoot } from './package-root.ts';

/** `root` is from where the step imports it. A result that is kept needs no library, so this stops nothing here: a training without it is refused when it comes to it. */
export function missingTensorFlow(loaded: Pick<LoadedRecipe, 'recipe' | 'locate'>, root: string = packageRoot()): readonly Diagnostic[] {
  if (loaded.recipe.steps.train.using !== 'neural_network') return [];
  if (['@tensorflow/tfjs-node', '@tensorflow/tfjs-layers'].some((name) => installedVersion(root, name) !== null)) return [];
  const span = loaded.locate(['steps', 'train', 'using'], 'value');
  return [
    {
      code: 'missing-package',
      severity: 'warning',
      message: '`using: neural_network` needs TensorFlow.js, which is not installed',
      ...(span !== undefined && { span }),
      hint: `\`${TENSORFLOW_INSTALL}\``,
    },
  ];
}
