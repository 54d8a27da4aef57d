/**
 * Parameters of forests and trees that do not go together, or with the task. Told where the recipe is read, and where a
 * program makes or fits the estimator. Here and not beside the estimators, so that a command that only reads the recipe
 * loads nothing that trains.
 */

export interface ForestConflict {
  readonly name: 'criterion' | 'oob_score';
  /** One sentence without a period. */
  readonly message: string;
  readonly hint: string;
}

interface Input {
  readonly criterion?: unknown;
  readonly bootstrap?: unknown;
  readonly max_samples?: unknown;
  readonly oob_score?: unknown;
}

const CRITERIA = { regression: ['squared_error', 'poisson'], classification: ['gini', 'entropy'] } as const;

/** Each value has passed its own check. Without a task, only what is wrong for every task. */
export function forestConflicts(
  input: Input,
  bootstrapByDefault: boolean,
  task?: 'regression' | 'classification',
): readonly ForestConflict[] {
  const { criterion = 'auto', bootstrap = bootstrapByDefault, max_samples: share = 1, oob_score: oob = false } = input;
  const found: ForestConflict[] = [];
  if (task !== undefined && criterion !== 'auto' && !(CRITERIA[task] as readonly unknown[]).includes(criterion)) {
    found.push({
      name: 'criterion',
      message: `the criterion \`${criterion}\` is for ${task === 'regression' ? 'classes' : 'numbers'}; this is a ${task}`,
      hint: `write ${CRITERIA[task].map((other) => `\`${other}\``).join(' or ')}`,
    });
  }
  if (oob === true && bootstrap === false && share === 1) {
    found.push({
      name: 'oob_score',
      message: '`oob_score` needs rows that a tree is grown without, and with `bootstrap: false` each tree is grown on all of them',
      hint: 'write `bootstrap: true`, or `max_samples` below 1',
    });
  }
  return found;
}

/** Throws one `RangeError` with all of them. */
export function refuseConflicts(estimator: string, conflicts: readonly ForestConflict[]): void {
  if (conflicts.length > 0)
    throw new RangeError(`\`${estimator}\`: ${conflicts.map(({ message, hint }) => `${message} (${hint})`).join('; ')}`);
}
