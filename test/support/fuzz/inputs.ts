/** What one trial loads, drawn from its number: files, arguments and environment. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to the environment are what is tested
import type { Json } from '../../../src/schema/json.ts';
import type { Corpus } from './corpus.ts';
import { mutatedBytes } from './data-bytes.ts';
import { anyJson, assignment, document } from './documents.ts';
import { mutated } from './mutate.ts';
import { anyText, NAMES, piece } from './pieces.ts';
import { Random } from './random.ts';

export interface FuzzInput {
  readonly kind: string;
  readonly recipe: string;
  readonly profile?: string;
  /** `--profile`; a name that has no file when it is not `local`. */
  readonly named?: string;
  /** `profiles/base.yaml`, for those that extend it. */
  readonly base?: string;
  /** Any other file of text that is asked for. */
  readonly text?: string;
  /** Of `--env-file`. */
  readonly envFile?: string;
  readonly set: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Content of every data file; absent: files cannot be looked into. */
  readonly data?: Uint8Array;
}

const KINDS = ['mutation', 'mutation', 'mutation', 'document', 'document', 'profile', 'profile', 'override', 'text', 'data'] as const;

export function inputOf(seed: number, index: number, corpus: Corpus): FuzzInput {
  const random = new Random(seed, index);
  const kind = random.pick(KINDS);
  const env = { A: 'a', SECRET: random.chance(90) ? 'hunter2' : piece(random), EMPTY: '', X: '1' };
  const plain = {
    kind,
    set: [],
    env,
    ...(random.chance(30) && { data: encoder.encode(table(random, corpus)) }),
    ...(random.chance(60) && { text: smallText(random) }),
    ...(random.chance(10) && { envFile: envText(random) }),
    ...(random.chance(40) && {
      base: random.chance(60) ? variables(random) : mutated(random.pick(corpus.profiles), random, corpus.profiles),
    }),
  };
  switch (kind) {
    case 'mutation':
      return {
        ...plain,
        recipe: mutated(random.pick(corpus.recipes), random, corpus.recipes),
        ...some(random, 40, () => random.pick(corpus.profiles)),
      };
    case 'document':
      return { ...plain, recipe: document(random), ...some(random, 15, () => random.pick(corpus.profiles)) };
    case 'profile': {
      const profile = random.chance(50)
        ? variables(random)
        : random.chance(30)
          ? document(random)
          : mutated(random.pick(corpus.profiles), random, corpus.profiles);
      const named = random.chance(5) ? { named: random.chance(50) ? piece(random) : random.pick(NAMES) } : {};
      return { ...plain, ...named, recipe: recipe(random, corpus), profile };
    }
    case 'override':
      return { ...plain, recipe: recipe(random, corpus), set: random.many(random.between(1, 4), () => override(random, corpus)) };
    case 'text':
      return {
        ...plain,
        recipe: random.chance(50) ? anyText(random, 200) : random.many(random.below(30), () => piece(random)).join(''),
        ...some(random, 20, () => anyText(random, 80)),
      };
    case 'data':
      return { ...plain, recipe: recipe(random, corpus), data: mutatedBytes(random, corpus) };
  }
}

const encoder = new TextEncoder();

/** What `${file:…}` and `from_json` find. */
function smallText(random: Random): string {
  if (random.chance(40)) return JSON.stringify(anyJson(random, 4));
  if (random.chance(40)) return mutated(JSON.stringify(anyJson(random, 4), null, 2), random, ['{"a": [1, 2]}']);
  return anyText(random, 40);
}

function envText(random: Random): string {
  const lines = random.many(
    random.below(5),
    () => `${random.chance(20) ? 'export ' : ''}${random.pick([...NAMES, 'A', 'NOPE'])}=${piece(random)}`,
  );
  return mutated(lines.join('\n'), random, ['A="b"\n']);
}

function some(random: Random, percent: number, draw: () => string): { readonly profile?: string } {
  return random.chance(percent) ? { profile: draw() } : {};
}

function recipe(random: Random, corpus: Corpus): string {
  if (random.chance(50)) return withPlaceholders(random);
  return random.chance(40) ? random.pick(corpus.recipes) : document(random);
}

function table(random: Random, corpus: Corpus): string {
  return random.chance(50) ? 'price,area,id\n1,2,3\n4,5,6\n' : random.pick(corpus.tables);
}

/** Variables of a profile, and what fits where they stand. */
const FITTING: Readonly<Record<string, Json>> = {
  X: 7,
  TEXT: 'price',
  ESTIMATOR: 'linear',
  MAP: { location: 'data/houses.csv' },
  COLUMNS: { id: { role: 'id' } },
  PARAMS: { inner: { l2: 0.1 } },
  LIST: [0.5, 0.25, 0.25],
  EMPTY: null,
  experiment: { name: 'houses' },
  steps: { split: { seed: 3 } },
  cache: { location: '/mnt/cache' },
};

/** A recipe most of whose values are left to a profile. */
function withPlaceholders(random: Random): string {
  const value = (name: string, otherwise: string): string =>
    random.pick([`{{${name}}}`, `{{${name}|default(${otherwise})}}`, `{{${name}|default(${otherwise})}}`, otherwise, otherwise]);
  return [
    'recipe: regression/v1',
    `target_col: ${value('TEXT', 'price')}`,
    `columns: ${value('COLUMNS', '{id: {role: id}}')}`,
    'steps:',
    `  ingest: ${value('MAP', '{location: data/houses.csv}')}`,
    `  split: {split_ratios: ${value('LIST', '[0.7, 0.2, 0.1]')}, seed: ${value('X', '3')}}`,
    `  train: {using: ${value('ESTIMATOR', 'linear')}, estimator_params: ${value('PARAMS.inner', '{}')}}`,
    `  evaluate: {validation_criteria: ${value('EMPTY', '[]')}}`,
    `experiment: {name: "houses ${value('X', 'a')}", tags: { ${value('TEXT', 'a')}: ${value('TEXT', 'b')} } }`,
    random.chance(20) ? `${piece(random)}: ${value('MAP', 'x')}` : '',
  ].join('\n');
}

function variables(random: Random): string {
  return Object.entries(FITTING)
    .filter(() => random.chance(90))
    .map(([name, fitting]) => {
      const kind = random.below(100);
      if (kind < 2) return `${name}: ${piece(random)}`;
      if (kind === 8)
        return `extends: ${random.pick(['base', '[base, base]', 'local', '[]', 'nothing', '../base', '{a: 1}', 'base.yaml'])}`;
      if (kind === 9) return `${name}: \${file:${random.pick(['a.txt', '/a', '', '.', 'a:-b'])}}`;
      if (kind === 10) return `${name}: {{"a.json"|from_json}}`;
      if (kind < 4) return `${name}: \${env:${random.pick(['A', 'SECRET', 'EMPTY', 'NOPE', 'A:-b', ''])}}`;
      return `${name}: ${JSON.stringify(kind < 8 ? anyJson(random, 3) : fitting)}`;
    })
    .join('\n');
}

function override(random: Random, corpus: Corpus): string {
  if (random.chance(40)) return assignment(random);
  if (random.chance(15)) return anyText(random, 30);
  if (random.chance(25)) return mutated(random.pick(corpus.overrides), random, corpus.overrides);
  const segments = random.many(random.between(1, 6), () => {
    const name = random.chance(80) ? random.pick(NAMES) : piece(random);
    return random.chance(20) ? `"${name}"` : name;
  });
  return `${segments.join('.')}=${random.chance(50) ? piece(random) : JSON.stringify(anyJson(random, 3))}`;
}
