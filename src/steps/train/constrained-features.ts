/** `monotone_constraints` against the features that `transform` made: what the recipe alone cannot know. */
import { closest, listNames } from '../../diagnostics/suggest.ts';
import type { Feature } from '../../ml/estimator.ts';
import { type Problem, StepProblems } from '../problem.ts';
import { plural } from '../wording.ts';
import type { TrainParams } from './params.ts';

/** Throws when a constraint names no feature, or one of categories. */
export function checkConstrainedFeatures({ using, estimator_params }: TrainParams, features: readonly Feature[]): void {
  const constraints = estimator_params['monotone_constraints'];
  // The parameters of a function of the user's are its own.
  if (using === 'custom' || typeof constraints !== 'object' || constraints === null) return;
  const names = features.map(({ name }) => name);
  const problems = Object.entries(constraints).flatMap(([name, sign]): readonly Problem[] => {
    const place = { path: ['estimator_params', 'monotone_constraints', name], at: 'key' } as const;
    const feature = features.find((one) => one.name === name);
    if (feature === undefined) {
      const near = closest(name, names);
      return [
        {
          code: 'unknown-column',
          message: `\`${name}\` is no feature of the model`,
          label: `the features are ${listNames(names)}`,
          ...(near !== undefined && { hint: `did you mean \`${near}\`?` }),
          place,
        },
      ];
    }
    if (feature.kind === 'numeric' || sign === 0) return [];
    return [
      {
        code: 'bad-value',
        message: `\`${name}\` holds categories, and only numbers have an order`,
        hint: `remove \`${name}\`, or make numbers of it in \`steps.transform\``,
        place,
      },
    ];
  });
  if (problems.length > 0) throw new StepProblems(problems, `\`monotone_constraints\` names ${plural(problems.length, 'feature')} wrongly`);
}
