/** One fit of one estimator. The search over hyperparameters, the folds of a cross-validation and the final model all come here. */
import type { Estimator, FitContext, FittedModel } from '../../ml/estimator.ts';
import { TooMuchMemory } from '../../ml/kernels/machine.ts';
import { countOutside, inOriginalUnits, LOWER_LIMIT, type TargetTransform, transformTarget } from '../../ml/target-transform.ts';
import { problem } from '../problem.ts';
import { plural } from '../wording.ts';
import type { TrainParams } from './params.ts';
import type { Part, Parts } from './parts.ts';

/** The model predicts in the units of the target. `validation` is for early stopping and curves, and is never trained on. */
export async function fitOn(
  estimator: Estimator,
  parts: Parts,
  { target, target_transform: transform }: Pick<TrainParams, 'target' | 'target_transform'>,
  context: Pick<FitContext, 'seed' | 'signal' | 'onIteration' | 'threads' | 'checkpoints'>,
): Promise<FittedModel> {
  const { training, validation } = transform === undefined ? parts : logarithms(parts, transform, target);
  const learned = await told(estimator, () =>
    estimator.fit(training.x, training.y, {
      ...context,
      validation,
      ...(training.sampleWeight !== undefined && { sampleWeight: training.sampleWeight }),
    }),
  );
  return inOriginalUnits(learned, transform);
}

/** What an estimator of ours says of its own parameters and data is the user's to mend, and needs no stack. */
async function told(estimator: Estimator, train: () => Promise<FittedModel> | FittedModel): Promise<FittedModel> {
  try {
    return await train();
  } catch (error) {
    const prefix = `\`${estimator.name}\`: `;
    if (error instanceof RangeError && error.message.startsWith(prefix))
      throw problem('bad-value', `\`using: ${estimator.name}\`: ${error.message.slice(prefix.length)}`);
    if (error instanceof TooMuchMemory)
      throw problem(
        'step-out-of-memory',
        `\`using: ${estimator.name}\`: ${error.message}`,
        'a `post_split_filter_method` in steps.split can keep a share of the training rows',
      );
    throw error;
  }
}

/** What the estimator sees of the target. */
function logarithms({ training, validation }: Parts, transform: TargetTransform, target: string): Parts {
  const outside = countOutside(training.y, transform) + countOutside(validation.y, transform);
  if (outside > 0)
    throw problem(
      'bad-value',
      `\`target: ${transform}\` learns a logarithm, and \`${target}\` is ${LOWER_LIMIT[transform]} or less in ${plural(outside, 'row')} of training and validation`,
      transform === 'log' && countOutside(training.y, 'log1p') + countOutside(validation.y, 'log1p') === 0
        ? 'write `target: log1p`, which takes 0'
        : 'remove `target` from `steps.transform`',
    );
  const changed = (part: Part): Part => ({ ...part, y: transformTarget(part.y, transform) });
  return { training: changed(training), validation: changed(validation) };
}
