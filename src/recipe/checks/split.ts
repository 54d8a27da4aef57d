/** `split`: what each way of dividing the rows needs, and what does not go together. */
import { closest } from '../../diagnostics/suggest.ts';
import { isPattern } from '../../schema/name-pattern.ts';
import type { Path } from '../located.ts';
import type { Task } from '../metric-names.ts';
import type { RecipeView } from '../view.ts';
import { unused, usingOf } from './sections.ts';

const STEP = ['steps', 'split'] as const;

export function checkSplit(view: RecipeView, task: Task | undefined): void {
  const using = usingOf(view, 'split');
  if (using === 'column') checkColumn(view);
  if (using === 'files') checkFiles(view);
  if (using === 'split_ratios') checkRatios(view, task);
}

function checkFiles(view: RecipeView): void {
  requireKey(view, 'test', 'files', 'with the location of the test rows');
  for (const part of ['validation', 'test'])
    for (const { path } of valuesAt(view, part)) {
      const node = view.find(...path);
      if (node?.kind !== 'scalar' || typeof node.value === 'string') continue;
      view.report({
        code: 'wrong-type',
        path,
        at: 'value',
        message: `\`${String(node.value)}\` is no location; \`using: files\` takes the files of the ${part} rows`,
        hint: 'name a file or a folder, or say `using: column` with the `column` that has such values',
      });
    }
}

function checkColumn(view: RecipeView): void {
  requireKey(view, 'column', 'column', 'with the name of the column');
  requireKey(view, 'train', 'column', 'with the values of training rows');
  requireKey(view, 'test', 'column', 'with the values of test rows');
  const column = view.text(...STEP, 'column');
  if (column !== undefined && column === view.text('target_col'))
    view.report({
      code: 'bad-value',
      path: [...STEP, 'column'],
      at: 'value',
      message: `\`${column}\` is the target and cannot say where a row belongs`,
      hint: 'name another column',
    });
  const first = new Map<string, string>();
  for (const part of ['train', 'validation', 'test'])
    for (const { text, path } of valuesAt(view, part)) {
      const other = first.get(text);
      if (other === undefined) first.set(text, part);
      else
        view.report({
          code: 'bad-value',
          path,
          at: 'value',
          message: other === part ? `\`${text}\` stands here twice` : `\`${text}\` belongs to \`${other}\` already`,
          hint: 'name each value once',
        });
    }
}

function valuesAt(view: RecipeView, part: string): readonly { readonly text: string; readonly path: Path }[] {
  const path = [...STEP, part];
  const paths = view.find(...path)?.kind === 'list' ? view.indices(...path).map((index) => [...path, index]) : [path];
  return paths.flatMap((at) => {
    const node = view.find(...at);
    return node?.kind === 'scalar' ? [{ text: String(node.value), path: at }] : [];
  });
}

function requireKey(view: RecipeView, key: string, using: string, how: string): void {
  if (view.has(...STEP, key) || view.isUnknown(...STEP, key)) return;
  // A misspelt key is why it is missing.
  if (view.names(...STEP).some((name) => name !== key && closest(name, [key]) !== undefined)) return;
  view.report({
    code: 'missing-key',
    path: [...STEP, key],
    at: 'key',
    message: `\`steps.split.${key}\` is missing, which \`using: ${using}\` needs`,
    label: `\`${key}\` belongs in here`,
    hint: `add \`${key}\` ${how}`,
  });
}

function checkRatios(view: RecipeView, task: Task | undefined): void {
  const exact = view.text(...STEP, 'stratify') === 'exact';
  const [time, group] = ['time', 'group'].map((role) =>
    view.names('columns').find((name) => !isPattern(name) && view.text('columns', name, 'role') === role),
  );
  if (exact && task === 'regression')
    view.report({
      code: 'bad-value',
      path: [...STEP, 'stratify'],
      at: 'value',
      message: 'a regression has no classes whose shares could be kept',
      hint: 'remove `stratify`',
    });
  if (time !== undefined)
    for (const key of ['stratify', 'key'])
      if (view.has(...STEP, key)) unused(view, [...STEP, key], `rows are split in the order of \`${time}\``);
  if (group !== undefined && time === undefined && view.has(...STEP, 'key'))
    view.report({
      code: 'bad-value',
      path: [...STEP, 'key'],
      at: 'key',
      message: `rows with the same \`${group}\` stay together already, by its role`,
      hint: `remove \`key\`, or the role \`group\` of \`${group}\``,
    });
}
