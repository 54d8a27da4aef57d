/** What the validator finds in `steps.transform.operations`, in the words of operations and their parameters. */
import { closest, listNames } from '../diagnostics/suggest.ts';
import { isOperationName, OPERATION_NAMES } from '../schema/operations.ts';
import { describeFound, findNode, type Path, pathText } from './located.ts';
import { otherWord } from './other-words.ts';
import type { Violation } from './validator.ts';
import type { RecipeView } from './view.ts';

/** Whether this tells what is wrong; otherwise the usual words will do. */
export function explainOperation(view: RecipeView, { keyword, params }: Violation, path: Path): boolean {
  const node = findNode(view.tree, path);
  if (keyword === 'type' && node?.kind === 'scalar' && isItem(path.slice(0, -1)) && path.at(-1) === 'derive') {
    view.report({
      code: 'wrong-type',
      path,
      at: 'value',
      message: `\`derive\` must be names of new columns with an SQL expression each; found ${describeFound(node)}`,
      hint: `write a name before it: \`derive: {name: ${node.source}}\``,
    });
    return true;
  }
  if (!isItem(path)) return false;
  if (keyword === 'type') {
    const hint = node?.kind === 'list' ? 'remove the brackets' : undefined;
    view.report({
      code: 'wrong-type',
      path,
      at: 'value',
      message: `an operation must be a name, or a name with its parameters; found ${describeFound(node)}`,
      hint,
    });
    return true;
  }
  const { additionalProperty } = params;
  if (additionalProperty !== undefined) {
    unknownOperation(view, additionalProperty, [...path, additionalProperty], 'key');
    return true;
  }
  if (keyword === 'enum' && node?.kind === 'scalar') {
    const word = String(node.value);
    if (isOperationName(word)) needsMore(view, word, path, 'value', `\`${word}\` alone does not say enough`);
    else unknownOperation(view, word, path, 'value');
    return true;
  }
  if (node?.kind !== 'map') return false;
  const [first = '', second] = node.entries.keys();
  if (keyword === 'minProperties') {
    needsMore(view, first, [...path, first], 'key', first === '' ? `\`${pathText(path)}\` is empty` : `\`${first}\` has no value`);
    return true;
  }
  if (keyword !== 'maxProperties' || second === undefined) return false;
  view.report({
    code: 'bad-value',
    path: [...path, second],
    at: 'key',
    message: `\`${second}\` is a second operation in one item of the list`,
    hint: `write \`- ${second}\` on a line of its own, under \`- ${first}\``,
  });
  return true;
}

/** What a key of this place would be: `undefined` outside of operations. */
export function placeOfOperation(path: Path): string | undefined {
  if (isItem(path.slice(0, -1)) && path.length === LENGTH + 1) return `a parameter of \`${String(path.at(-1))}\``;
  return undefined;
}

const LIST = ['steps', 'transform', 'operations'] as const;
const LENGTH = LIST.length + 1;

function isItem(path: Path): boolean {
  return path.length === LENGTH && LIST.every((segment, index) => path[index] === segment);
}

function unknownOperation(view: RecipeView, word: string, path: Path, at: 'key' | 'value'): void {
  const near = closest(word, OPERATION_NAMES) ?? otherWord(word, OPERATION_NAMES);
  view.report({
    code: at === 'key' ? 'unknown-key' : 'bad-value',
    path,
    at,
    message: `\`${word}\` is not an operation`,
    label: `the operations are ${listNames(OPERATION_NAMES, near === undefined ? OPERATION_NAMES.length : 5)}`,
    hint: near === undefined ? undefined : `did you mean \`${near}\`?`,
  });
}

/** How an operation is written that a word alone does not make. */
const FORMS: Readonly<Record<string, string>> = {
  derive: '- derive: {area: width * height}',
  drop: '- drop: [a, b]',
  date_difference: '- date_difference: {from: start, to: end}',
};

function needsMore(view: RecipeView, word: string, path: Path, at: 'key' | 'value', message: string): void {
  const hint =
    word === ''
      ? 'remove it'
      : word in FORMS
        ? `write for example \`${FORMS[word]}\``
        : `write \`- ${word}\` for what it does by itself, or its parameters`;
  view.report({ code: at === 'key' ? 'fill-me-in' : 'bad-value', path, at, message, hint });
}
