/** What a recipe asks for classes that the data or the estimator do not have. */
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { type Problem, StepProblems } from '../problem.ts';
import type { ClassesParams } from './params.ts';

export function refuseBinaryOnly({ threshold, rebalance }: ClassesParams, classCount: number): void {
  const asked = [...(threshold === undefined ? [] : ['threshold']), ...(rebalance === undefined ? [] : ['rebalance_training_data'])];
  refuse(
    asked.map((key) => ({
      code: 'bad-value',
      message: `\`${key}\` is for two classes; the target has ${classCount}`,
      hint: key === 'threshold' ? `remove \`${key}\`` : `remove \`${key}\`; \`class_weight: balanced\` takes any number of classes`,
      place: { path: [key], at: 'key' },
    })),
  );
}

export function refuseWithoutProbabilities({ threshold, calibrate_proba: calibration }: ClassesParams): void {
  const asked = [...(threshold === undefined ? [] : ['threshold']), ...(calibration === undefined ? [] : ['calibrate_proba'])];
  refuse(
    asked.map((key) => ({
      code: 'bad-value',
      message: `\`${key}\` needs probabilities, and the estimator gives none`,
      hint: `add \`predictProba\` to the estimator, or remove \`${key}\``,
      place: { path: [key], at: 'key' },
    })),
  );
}

export function refuseUnknownClass(weights: Readonly<Record<string, number>>, classes: readonly string[]): void {
  const unknown = Object.keys(weights).filter((label) => !classes.includes(label));
  refuse(
    unknown.map((label) => {
      const near = closest(label, classes);
      return {
        code: 'bad-value',
        message: `\`class_weight\` names \`${label}\`, which is no class of the target`,
        label: `the classes are ${listNames(classes, 12)}`,
        ...(near !== undefined && { hint: `did you mean \`${near}\`?` }),
        place: { path: ['class_weight', label], at: 'key' },
      };
    }),
  );
}

/** Too few rows of a class for any to be held out. */
export function tooFewToCalibrate(): StepProblems {
  const problem: Problem = {
    code: 'bad-value',
    message: '`calibrate_proba` learns on rows that are held out, and a class has too few different rows for that',
    hint: 'remove `calibrate_proba`, or bring more rows of the rarest class',
    place: { path: ['calibrate_proba'], at: 'key' },
  };
  return new StepProblems([problem], problem.message);
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new StepProblems(problems, `${problems.length} wishes that cannot be met`);
}
