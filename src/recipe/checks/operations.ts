/** `steps.transform.operations` beside the other keys of its section, and what its parameters mean together. */
import { expressionFault } from '../../schema/row-expression.ts';
import type { RecipeView } from '../view.ts';
import { unused } from './sections.ts';

const SECTION = ['steps', 'transform'] as const;
const LIST = [...SECTION, 'operations'] as const;

/** Keys that choose what `auto` does. */
const OF_AUTO = ['impute', 'encode'] as const;

export function checkOperations(view: RecipeView): void {
  const using = view.text(...SECTION, 'using');
  if (!view.has(...LIST)) {
    if (using === 'operations' && !view.isUnknown(...LIST)) missing(view);
    return;
  }
  if (using !== undefined && using !== 'operations')
    refused(
      view,
      'operations',
      `\`operations\` needs \`using: operations\`; \`steps.transform.using\` is \`${using}\``,
      'remove `using`, or the operations',
    );
  for (const key of OF_AUTO)
    if (view.has(...SECTION, key))
      refused(
        view,
        key,
        `\`${key}\` and \`operations\` cannot stand together: the operations say what becomes of each column`,
        key === 'impute'
          ? 'write `- impute` into `operations` and remove this key'
          : 'write `- one_hot` or `- ordinal` into `operations` and remove this key',
      );
  if (using === undefined && view.has(...SECTION, 'transformer_method'))
    refused(view, 'transformer_method', '`transformer_method` and `operations` both make the transformer', 'remove one of them');
  for (const index of view.indices(...LIST)) {
    checkConstant(view, [...LIST, index, 'impute']);
    checkExpressions(view, [...LIST, index, 'derive']);
    checkEdges(view, [...LIST, index, 'bin']);
    for (const op of view.names(...LIST, index)) checkFreeText(view, [...LIST, index, op, 'columns', 'type']);
  }
}

function missing(view: RecipeView): void {
  view.report({
    code: 'missing-key',
    path: LIST,
    at: 'key',
    message: '`steps.transform.operations` is missing, which `using: operations` needs',
    label: '`operations` belongs in here',
    hint: 'write for example `operations: [impute, one_hot, {rest: auto}]`, or remove `using`',
  });
}

function refused(view: RecipeView, key: string, message: string, hint: string): void {
  view.report({ code: 'bad-value', path: [...SECTION, key], at: 'key', message, hint });
}

/** What is no expression over one row. Its words are checked by the data engine. */
function checkExpressions(view: RecipeView, path: readonly (string | number)[]): void {
  const names = view.names(...path);
  for (const [index, name] of names.entries()) {
    const same = names.slice(0, index).find((before) => before.toLowerCase() === name.toLowerCase());
    if (same !== undefined)
      view.report({
        code: 'bad-value',
        path: [...path, name],
        at: 'key',
        message: `\`${same}\` and \`${name}\` are one name to SQL`,
        hint: 'choose another name',
      });
    const sql = view.text(...path, name);
    const fault = sql === undefined || sql.trim() === '' ? undefined : expressionFault(sql);
    if (fault !== undefined)
      view.report({
        code: 'bad-value',
        path: [...path, name],
        at: 'value',
        message: `the expression of \`${name}\` is not allowed: ${fault}`,
      });
    if (name === view.text('target_col'))
      view.report({
        code: 'bad-value',
        path: [...path, name],
        at: 'key',
        message: `\`${name}\` is the target, and no feature can have its name`,
        hint: 'choose another name',
      });
  }
}

/** Whether a text is free text is for `columns` to say. */
function checkFreeText(view: RecipeView, path: readonly (string | number)[]): void {
  if (view.text(...path) !== 'text' || view.names('columns').some((name) => view.text('columns', name, 'type') === 'text')) return;
  view.report({
    code: 'unused-key',
    severity: 'warning',
    path,
    at: 'value',
    message: 'no column has the type `text`: these are none',
    hint: 'give columns the type under `columns`, such as `review: {type: text}`, or select `{type: category}`',
  });
}

/** Given edges leave nothing to choose. */
function checkEdges(view: RecipeView, path: readonly (string | number)[]): void {
  if (!view.has(...path, 'edges')) return;
  for (const key of ['n_bins', 'strategy']) if (view.has(...path, key)) unused(view, [...path, key], 'the `edges` are given');
}

/** `constant` and the value belong together. */
function checkConstant(view: RecipeView, path: readonly (string | number)[]): void {
  const isConstant = view.text(...path, 'strategy') === 'constant';
  const hasValue = view.has(...path, 'fill_value');
  if (isConstant && !hasValue && !view.isUnknown(...path, 'fill_value'))
    view.report({
      code: 'missing-key',
      path: [...path, 'strategy'],
      at: 'value',
      message: '`strategy: constant` needs a `fill_value`',
      hint: 'write for example `fill_value: 0`, or `fill_value: none` for texts',
    });
  if (!isConstant && hasValue && !view.isUnknown(...path, 'strategy') && !view.hasErrorAt([...path, 'strategy']))
    view.report({
      code: 'bad-value',
      path: [...path, 'fill_value'],
      at: 'key',
      message: '`fill_value` needs `strategy: constant`',
      hint: 'write `strategy: constant`, or remove `fill_value`',
    });
}
