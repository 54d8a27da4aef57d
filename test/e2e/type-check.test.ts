/** `recipe validate` checks the types of the step files with the project's own TypeScript, and remembers what it said. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';
import { installPackages, TSCONFIG } from '../support/typed-project.ts';

let rig: RecipeRig;
beforeEach(() => {
  rig = new RecipeRig({ ...regressionProject(), 'tsconfig.json': TSCONFIG, 'package.json': '{ "type": "module" }\n' });
  rig.edit('steps/settings.ts', "'./numbers.json'", "'./numbers.json' with { type: 'json' }");
});
afterEach(() => rig.remove());

/** Written each time that the compiler is asked. */
const asked = (): bigint | undefined =>
  statSync(join(rig.root, '.recipe/build/types/tsconfig.json'), { bigint: true, throwIfNoEntry: false })?.mtimeNs;

async function typesOf(args: readonly string[] = []): Promise<unknown> {
  const { stdout } = await rig.run(['validate', '--json', ...args]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    .map(({ type, types, code, message, file, line }) => (type === 'valid' ? types : [code, `${file}:${line}`, message]))
    .at(-1);
}

describe('with TypeScript', () => {
  beforeEach(() => installPackages(rig.root));

  test('a mistake is shown where it is, also one in an imported file', async () => {
    rig.edit('steps/settings.ts', 'export const TREES: number', 'export const TREES: string');
    const { exitCode, stdout, stderr } = await rig.run(['validate']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toBe(`error[type-error]: type \`number\` is not assignable to type \`string\`
 --> steps/settings.ts:3:14
  |
3 | export const TREES: string = numbers.trees;
  |              ^^^^^ TS2322

error[type-error]: type \`string\` is not assignable to type \`number\`
 --> steps/train.ts:6:29
  |
6 |   return gradientBoosting({ n_estimators: TREES, learning_rate: 0.1 });
  |                             ^^^^^^^^^^^^ TS2322
`);
  });

  test('the answer is kept until a file that took part changes', async () => {
    expect(await typesOf()).toBe('checked');
    const first = asked();
    expect(first).toBeDefined();
    expect([await typesOf(), asked()]).toEqual(['checked', first]);
    expect([await typesOf(['--no-types']), asked()]).toEqual(['skipped', first]);
    const edits: readonly (() => void)[] = [
      () => rig.edit('steps/settings.ts', 'How many', 'So many'),
      () => rig.edit('tsconfig.json', '"strict": true', '"strict": false'),
      () => rig.write('steps/other.ts', 'export const one: number = 1;\n'),
      () => rig.write('steps/settings.mts', 'export {};\n'),
      () => rig.write('.recipe/types.d.ts', 'export {};\n'),
      () => rig.write('.recipe/types.d.ts', 'export type Other = 1;\n'),
    ];
    for (const edit of edits) {
      const before = asked();
      edit();
      expect([edit.toString(), await typesOf()]).toEqual([edit.toString(), 'checked']);
      expect([edit.toString(), asked() === before]).toEqual([edit.toString(), false]);
    }
    // What is wrong is remembered as well.
    rig.edit('steps/other.ts', '= 1', "= '1'");
    const wrong = ['type-error', 'steps/other.ts:1', 'type `string` is not assignable to type `number`'];
    expect(await typesOf()).toEqual(wrong);
    const before = asked();
    expect([await typesOf(), asked()]).toEqual([wrong, before]);
    rmSync(join(rig.root, 'steps/other.ts'));
    expect(await typesOf()).toBe('checked');
    // Nine times the compiler: too much for the usual limit where others compile as well.
  }, 120_000);

  test('columns are named in words of the data', async () => {
    await rig.run(['run', '--step', 'ingest']);
    rig.write(
      'steps/split.ts',
      `import { defineFilter, defineTransformer, impute, oneHot, pipeline } from 'mlrecipe';

export const keep = defineFilter((training) => [...training.rows()].map(({ area, room }) => area > 3));
export const features = defineTransformer(() =>
  pipeline([oneHot({ columns: ['distrikt'] }), impute({ columns: ['district', 'price'] })]),
);
`,
    );
    const { exitCode, stderr } = await rig.run(['validate']);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(`error[type-error]: the data have no column \`room\`
 --> steps/split.ts:3:82
  |
3 | export const keep = defineFilter((training) => [...training.rows()].map(({ area, room }) => area > 3));
  |                                                                                  ^^^^ TS2339: the columns are \`id\`, \`area\`, \`rooms\`, \`district\` and \`price\`

hint: did you mean \`rooms\`?

error[type-error]: neither the data nor an operation before this one has a column \`distrikt\`
 --> steps/split.ts:5:32
  |
5 |   pipeline([oneHot({ columns: ['distrikt'] }), impute({ columns: ['district', 'price'] })]),
  |                                ^^^^^^^^^^ TS2322: the columns are \`id\`, \`area\`, \`rooms\`, \`district\` and \`price\`

hint: did you mean \`district\`?

error[type-error]: a pipeline does not get the column \`price\`
 --> steps/split.ts:5:79
  |
5 |   pipeline([oneHot({ columns: ['distrikt'] }), impute({ columns: ['district', 'price'] })]),
  |                                                                               ^^^^^^^ TS2322

hint: a transformer sees neither the target nor ids and ignored columns
`);
  });

  test('what the compiler of the steps says is not said twice', async () => {
    rig.edit(
      'steps/train.ts',
      "import { TREES } from './settings.ts'",
      "import { TREES } from './setting.ts';\nimport x from 'not-there';\nconsole.log(x)",
    );
    const missing = await rig.run(['validate', '--format', 'concise']);
    expect(missing.stderr).toBe('steps/train.ts:2:23 error[step-code] `steps/train.ts` imports `./setting.ts`, which does not exist\n');
    rig.edit('steps/train.ts', './setting.ts', './settings.ts');
    const packages = await rig.run(['validate', '--format', 'concise']);
    expect(packages.stderr).toBe(
      'steps/train.ts:3:15 error[missing-package] `steps/train.ts` imports `not-there`, which is not installed\n',
    );
    expect(packages.exitCode).toBe(4);
    rig.edit('steps/train.ts', "import x from 'not-there';", 'const = 1;');
    const syntax = await rig.run(['validate', '--format', 'concise']);
    expect(syntax.stderr).toMatch(/^steps\/train.ts:3:7 error\[step-code\] .*\n$/);
  });

  test('of many mistakes the first are shown, and the others counted', async () => {
    rig.write('steps/many.ts', Array.from({ length: 50 }, (_, index) => `export const n${index}: number = '';\n`).join(''));
    const { stderr } = await rig.run(['validate', '--format', 'concise']);
    const lines = stderr.trim().split('\n');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('steps/many.ts:21:14 error[type-error] 30 more type errors from here on');
  });

  test('options that concern emitting do no harm, and a broken tsconfig.json is told', async () => {
    rig.write(
      'tsconfig.json',
      `{
  // what a library would say
  "compilerOptions": {
    "target": "es2023", "module": "nodenext", "strict": true, "types": [], "skipLibCheck": false, "resolveJsonModule": true,
    "composite": true, "declaration": true, "isolatedDeclarations": true, "emitDeclarationOnly": true,
    "rootDir": "src", "outDir": "dist", "tsBuildInfoFile": "dist/x.tsbuildinfo",
  },
  "include": ["src"],
}
`,
    );
    expect(await typesOf()).toBe('checked');
    rig.edit('tsconfig.json', '"es2023"', '"es1"');
    const { exitCode, stderr } = await rig.run(['validate', '--format', 'concise']);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/^tsconfig.json:4:15 error\[type-error\] argument for `--target` option must be/),
    ]);
  });
});

test('without TypeScript nothing is checked', async () => {
  rig.edit('steps/settings.ts', 'export const TREES: number', 'export const TREES: string');
  expect(await typesOf()).toBe('unavailable');
});

test('without a tsconfig.json files are read as they are run, and Node need not be declared', async () => {
  installPackages(rig.root, ['typescript']);
  rmSync(join(rig.root, 'tsconfig.json'));
  rig.write(
    'steps/settings.ts',
    `import { cpus } from 'node:os';\nimport numbers from './numbers';\nexport const TREES: number = process.argv.length + cpus().length + numbers;\n`,
  );
  rig.write('steps/numbers.ts', 'export default 3;\nexport function loose(a) { return a; }\n');
  expect(await typesOf()).toBe('checked');
  rig.write('steps/numbers.ts', "export default '3';\n");
  expect(await typesOf()).toEqual(['type-error', 'steps/settings.ts:3', 'type `string` is not assignable to type `number`']);
});
