/**
 * Parameters of the linear estimator that do not go together, or with the task. Told where the recipe is read,
 * and where a program makes the estimator: a parameter without effect would be a surprise. Here and not beside the
 * estimator, so that a command that only reads the recipe loads nothing that trains.
 */

/** Parameters as written, each of which has passed its own check. Of an `unknown` one only the presence counts. */
interface Written {
  readonly penalty?: 'l2' | 'l1' | 'elasticnet' | 'none' | undefined;
  readonly solver?: 'auto' | 'sgd' | undefined;
  readonly loss?: (typeof LOSSES)['regression' | 'classification'][number] | undefined;
  readonly learning_rate?: 'optimal' | 'invscaling' | 'constant' | 'adaptive' | undefined;
  readonly l2?: unknown;
  readonly alpha?: unknown;
  readonly C?: unknown;
  readonly l1_ratio?: unknown;
  readonly epsilon?: unknown;
  readonly eta0?: unknown;
  readonly power_t?: unknown;
  readonly average?: unknown;
  readonly shuffle?: unknown;
  readonly early_stopping?: unknown;
  readonly n_iter_no_change?: unknown;
}
type Name = keyof Written;

export interface LinearConflict {
  readonly name: Name;
  /** One sentence without a period. */
  readonly message: string;
  readonly hint: string;
}

/** Parameters that mean nothing to other solvers. */
const SGD_ONLY: readonly Name[] = [
  'loss',
  'epsilon',
  'learning_rate',
  'eta0',
  'power_t',
  'average',
  'shuffle',
  'early_stopping',
  'n_iter_no_change',
];

const LOSSES = {
  regression: ['squared_error', 'huber'],
  classification: ['log_loss', 'modified_huber', 'hinge'],
} as const;

/** Each value has passed its own check. Without a task, only what is wrong for every task. */
export function linearConflicts(input: Written, task?: 'regression' | 'classification'): readonly LinearConflict[] {
  const { penalty = 'l2', solver = 'auto' } = input;
  const found: LinearConflict[] = [];
  const has = (name: Name): boolean => input[name] !== undefined;
  const tell = (name: Name, message: string, hint: string): void => {
    found.push({ name, message, hint });
  };
  const belongs = (name: Name, owner: string, here: string): void =>
    tell(name, `\`${name}\` belongs to \`${owner}\`; here it is \`${here}\``, `write \`${owner}\`, or remove \`${name}\``);

  if (has('l1_ratio') && penalty !== 'elasticnet') belongs('l1_ratio', 'penalty: elasticnet', penalty);
  if (solver === 'auto') for (const name of SGD_ONLY) if (has(name)) belongs(name, 'solver: sgd', solver);
  const strengths = (['l2', 'alpha', 'C'] as const).filter(has);
  const [first, second] = strengths;
  if (penalty === 'none')
    for (const name of strengths) tell(name, `\`${name}\` is the strength of a penalty, and \`penalty\` is \`none\``, `remove \`${name}\``);
  else if (first !== undefined && second !== undefined)
    tell(second, `\`${first}\` and \`${second}\` are both the strength of the penalty`, `remove \`${first}\` or \`${second}\``);
  else if (has('l2') && penalty !== 'l2')
    tell('l2', `\`l2\` is the strength of \`penalty: l2\`; here it is \`${penalty}\``, 'write `alpha`');
  else if (solver === 'sgd' && (first === 'l2' || first === 'C'))
    tell(first, `\`${first}\` is no parameter of \`solver: sgd\``, 'write `alpha`, the strength beside the mean loss');
  else if (has('C') && task === 'regression')
    tell('C', '`C` is a parameter of a classification', penalty === 'l2' ? 'write `l2` or `alpha`' : 'write `alpha`');
  if (solver !== 'sgd') return found;

  const { loss, learning_rate: rate } = input;
  if (loss !== undefined && task !== undefined && !(LOSSES[task] as readonly string[]).includes(loss)) {
    const fitting = LOSSES[task].map((other) => `\`${other}\``).join(' or ');
    tell('loss', `the loss \`${loss}\` is for ${task === 'regression' ? 'classes' : 'numbers'}; this is a ${task}`, `write ${fitting}`);
  }
  if (has('epsilon') && loss !== 'huber') belongs('epsilon', 'loss: huber', loss ?? 'squared_error');
  if (has('power_t') && rate !== undefined && rate !== 'invscaling') belongs('power_t', 'learning_rate: invscaling', rate);
  if (has('eta0') && rate === 'optimal')
    tell(
      'eta0',
      '`eta0` has no effect with `learning_rate: optimal`, which chooses its first step',
      'remove `eta0`, or write another schedule',
    );
  return found;
}
