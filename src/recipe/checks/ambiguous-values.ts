/**
 * Values that are read otherwise than they look. Some mean one thing in YAML 1.2, which is read here, and
 * another in YAML 1.1, which MLflow Recipes and much else in Python reads: told only where a value of any
 * type may stand, since elsewhere the wrong type is an error already; a number that would be octal is told
 * anywhere. And quotes that a word processor made belong to the text.
 */
import { findNode, type LocatedNode, type Path } from '../located.ts';
import type { RecipeView } from '../view.ts';

/** Where the recipe itself does not know which type is meant. */
const OPEN: readonly Path[] = [
  ['positive_class'],
  ['steps', 'train', 'estimator_params'],
  ['steps', 'train', 'flaml_params'],
  ['steps', 'train', 'tuning', 'parameters'],
  ['experiment', 'tags'],
];

export function checkAmbiguousValues(view: RecipeView): void {
  for (const path of OPEN) {
    const node = findNode(view.tree, path);
    if (node !== undefined) visit(view, node, path, (text) => openType(text));
  }
  visit(view, view.tree, [], (text) => octal(text) ?? typographic(text));
}

interface Meaning {
  readonly message: string;
  readonly hint: string;
}

function visit(view: RecipeView, node: LocatedNode, path: Path, meaning: (text: string) => Meaning | undefined): void {
  if (node.kind === 'map') for (const [name, { value }] of node.entries) visit(view, value, [...path, name], meaning);
  else if (node.kind === 'list') for (const [index, item] of node.items.entries()) visit(view, item, [...path, index], meaning);
  else if (node.kind === 'scalar' && !node.isQuoted && node.isSecret !== true) {
    const found = meaning(node.source);
    // An error at the same place has said more.
    if (found === undefined || view.hasErrorAt(path)) return;
    view.report({ code: 'ambiguous-value', severity: 'warning', path, at: 'value', ...found });
  }
}

function openType(text: string): Meaning | undefined {
  const boolean = /^(?:yes|on)$/iu.test(text) ? 'true' : /^(?:no|off)$/iu.test(text) ? 'false' : undefined;
  if (boolean !== undefined) return differs(text, 'a text', `\`${boolean}\``, `write \`"${text}"\`, or \`${boolean}\``);
  if (/^\d{4}-\d\d-\d\d$/u.test(text)) return differs(text, 'a text', 'a date', `put quotes around it: \`"${text}"\``);
  if (!/^[-+]?[1-9]\d*(?:_\d+)+$/u.test(text)) return undefined;
  const number = text.replaceAll('_', '');
  return differs(text, 'a text', `\`${number}\``, `write \`${number}\`, or \`"${text}"\``);
}

function octal(text: string): Meaning | undefined {
  if (!/^0[0-7]+$/u.test(text)) return undefined;
  const [here, there] = [Number(text), Number.parseInt(text, 8)];
  return here === there ? undefined : differs(text, `\`${here}\``, `\`${there}\``, `write \`${here}\`, \`${there}\` or \`"${text}"\``);
}

function differs(text: string, here: string, there: string, hint: string): Meaning {
  return { message: `\`${text}\` is ${here} here; in YAML 1.1 it was ${there}`, hint };
}

function typographic(text: string): Meaning | undefined {
  const inner = /^[\u201c\u201d\u201e\u2018\u2019\u00ab](.*)[\u201c\u201d\u2018\u2019\u00bb]$/u.exec(text)?.[1];
  if (inner === undefined) return undefined;
  return { message: `the typographic quotes of \`${text}\` are part of the text`, hint: `write \`"${inner}"\`` };
}
