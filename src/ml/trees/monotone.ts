/**
 * Monotone constraints: what a recipe writes as signs of features, and leaf values that obey them. A tree
 * obeys when at each split by such a feature no value on the one side exceeds one on the other; a sum of
 * such trees does too, and so does everything that rises with it.
 */
import type { Feature, Target } from '../estimator.ts';
import { type Bounds, childBounds, held, UNBOUNDED } from './constrained-score.ts';
import type { GrownTree } from './grown-tree.ts';

/** The signs of the features, or `undefined` when all are free. Throws a `RangeError` for what cannot be constrained. */
export function signsOf(
  constraints: { readonly [feature: string]: number },
  features: readonly Feature[],
  y: Target,
): Int8Array | undefined {
  const names = Object.keys(constraints);
  const signs = new Int8Array(features.length);
  for (const name of names) {
    const at = features.findIndex((feature) => feature.name === name);
    if (at < 0) {
      const known = features.slice(0, 5).map((feature) => `\`${feature.name}\``);
      const more = features.length > 5 ? ` and ${features.length - 5} more` : '';
      throw new RangeError(`\`monotone_constraints\` names \`${name}\`, which is no feature; the features are ${known.join(', ')}${more}`);
    }
    const sign = constraints[name] as number;
    if (sign !== 0 && features[at]?.kind === 'categorical')
      throw new RangeError(`\`monotone_constraints\` names \`${name}\`, which holds categories; only numbers have an order`);
    signs[at] = sign;
  }
  if (!signs.some((sign) => sign !== 0)) return undefined;
  if (y.kind === 'classification' && y.classes.length > 2)
    throw new RangeError(
      `\`monotone_constraints\` needs a target of numbers or of two classes, found ${y.classes.length}: their probabilities cannot all rise`,
    );
  return signs;
}

/**
 * The values of a tree's leaves, held where its splits by constrained features allow. `valueOver` gives the value that all rows of
 * some leaves together would get: between those of the two sides of such a split lies what parts them.
 */
export function obedientValues(tree: GrownTree, signs: Int8Array, valueOver: (leaves: readonly number[]) => number): Float64Array {
  const values = new Float64Array(tree.leafCount);
  const { nodes } = tree;
  const leavesBelow = (place: number): readonly number[] => {
    const node = nodes[place];
    return node === undefined ? [~place] : [...leavesBelow(node.left), ...leavesBelow(node.right)];
  };
  const open: (readonly [number, Bounds])[] = [[nodes.length === 0 ? ~0 : 0, UNBOUNDED]];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [place, bounds] = at;
    const node = nodes[place];
    if (node === undefined) {
      values[~place] = held(valueOver([~place]), bounds);
      continue;
    }
    const sign = signs[node.split.feature] as number;
    const side = (child: number): number => (sign === 0 ? 0 : held(valueOver(leavesBelow(child)), bounds));
    const [left, right] = childBounds(bounds, sign, side(node.left), side(node.right));
    open.push([node.left, left], [node.right, right]);
  }
  return values;
}
