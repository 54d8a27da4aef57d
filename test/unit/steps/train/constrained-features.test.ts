import { expect, it } from 'vitest';
import type { Feature } from '../../../../src/ml/estimator.ts';
import type { Problem, StepProblems } from '../../../../src/steps/problem.ts';
import { checkConstrainedFeatures } from '../../../../src/steps/train/constrained-features.ts';
import type { TrainParams } from '../../../../src/steps/train/params.ts';

const FEATURES: readonly Feature[] = [
  { name: 'area', kind: 'numeric' },
  { name: 'age', kind: 'numeric' },
  { name: 'city', kind: 'categorical', levels: 3 },
];

function problemsOf(monotone_constraints: TrainParams['estimator_params'], using: TrainParams['using'] = 'gradient_boosting') {
  try {
    checkConstrainedFeatures({ using, estimator_params: { monotone_constraints } } as unknown as TrainParams, FEATURES);
    return [];
  } catch (error) {
    return (error as StepProblems).problems as readonly Problem[];
  }
}

it('takes numeric features, and any that is free', () => {
  expect(problemsOf({ area: 1, age: -1, city: 0 })).toEqual([]);
  expect(problemsOf({ aera: 1 }, 'custom')).toEqual([]);
  expect(() => checkConstrainedFeatures({ using: 'linear', estimator_params: {} } as unknown as TrainParams, FEATURES)).not.toThrow();
});

it('tells each constraint that names no feature or one of categories, at its place', () => {
  const place = (name: string): object => ({ path: ['estimator_params', 'monotone_constraints', name], at: 'key' });
  expect(problemsOf({ aera: 1, city: -1, income: 1 })).toEqual([
    {
      code: 'unknown-column',
      message: '`aera` is no feature of the model',
      label: 'the features are `area`, `age` and `city`',
      hint: 'did you mean `area`?',
      place: place('aera'),
    },
    {
      code: 'bad-value',
      message: '`city` holds categories, and only numbers have an order',
      hint: 'remove `city`, or make numbers of it in `steps.transform`',
      place: place('city'),
    },
    {
      code: 'unknown-column',
      message: '`income` is no feature of the model',
      label: 'the features are `area`, `age` and `city`',
      place: place('income'),
    },
  ]);
  expect(() =>
    checkConstrainedFeatures(
      { using: 'gradient_boosting', estimator_params: { monotone_constraints: { a: 1, b: 1 } } } as unknown as TrainParams,
      FEATURES,
    ),
  ).toThrow('`monotone_constraints` names 2 features wrongly');
});
