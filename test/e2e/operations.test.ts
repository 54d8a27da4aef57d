/** A transform that is composed in recipe.yaml, by the real command: the same as in TypeScript, and its mistakes at their place. */
import { afterEach, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';

let rig: RecipeRig;
afterEach(() => rig.remove());

const HEAD = 'recipe: regression/v1\ntarget_col: fare\nsteps:\n  ingest: {location: trips.csv}\n  train: {using: linear}\n';
const OPERATIONS = `      - derive: {minutes: "date_diff('second', pickup, dropoff) / 60"}
      - drop: dropoff
      - date_parts: {columns: pickup, parts: [hour, day_of_week], cyclic: true}
      - impute: {columns: {type: number}, strategy: mean, indicator: true}
      - scale: {columns: [minutes, 'dist*'], method: min_max}
      - one_hot: {columns: {type: category, except: note}, max_levels: 2}
      - rest: auto
`;
const CODE = `import { dateParts, defineTransformer, derive, dropColumns, impute, oneHot, pipeline, rest, scale } from 'mlrecipe';

export const features = defineTransformer(() =>
  pipeline([
    derive({ minutes: "date_diff('second', pickup, dropoff) / 60" }),
    dropColumns('dropoff'),
    dateParts({ columns: ['pickup'], parts: ['hour', 'day_of_week'], cyclic: true }),
    impute({ columns: { type: 'number' }, strategy: 'mean', indicator: true }),
    scale({ columns: ['minutes', 'dist*'], method: 'min_max' }),
    oneHot({ columns: { type: 'category', except: ['note'] }, maxLevels: 2 }),
    rest('auto'),
  ]),
);
`;

function trips(): string {
  const at = (minutes: number) => new Date(Date.UTC(2024, 0, 1, 0, minutes)).toISOString().slice(0, 19);
  const lines = Array.from({ length: 200 }, (_, row) => {
    const begin = row * 7919;
    return [
      at(begin),
      at(begin + (row % 40) + 3),
      row % 9 === 0 ? '' : (row % 31) / 2,
      ['card', 'cash', 'app'][row % 3],
      `n${row % 4}`,
      (row % 31) + (row % 40) / 8,
    ];
  });
  return `pickup,dropoff,distance,payment,note,fare\n${lines.map((line) => line.join(',')).join('\n')}\n`;
}

const transformer = (): string => rig.read('.recipe/outputs/transform/transformer.json');

test('gives the transformer that the same functions give, to the byte; a changed parameter is told by its name', async () => {
  rig = new RecipeRig({
    'recipe.yaml': `${HEAD}  transform:\n    operations:\n${OPERATIONS}`,
    'trips.csv': trips(),
    'steps/transform.ts': CODE,
  });
  const whole = await rig.run(['run', '--step', 'transform']);
  expect(whole.exitCode, whole.stderr).toBe(0);
  expect(whole.stderr + whole.stdout).toMatch(/5 columns → \d+ features/);
  const composed = transformer();
  const types = rig.read('.recipe/types.d.ts');
  for (const feature of ['pickup_hour_sin', 'distance_missing', 'payment_other', 'minutes']) expect(types).toContain(feature);

  rig.edit('recipe.yaml', 'max_levels: 2', 'max_levels: 3');
  const changed = await rig.run(['plan']);
  expect(changed.stdout).toContain('parameter changed: operations.5.max_levels 2 → 3');

  rig.write('recipe.yaml', `${HEAD}  transform: {using: custom, transformer_method: features}\n`);
  expect((await rig.run(['run', '--step', 'transform', '--quiet'])).exitCode).toBe(0);
  expect(transformer()).toBe(composed);
});

test.each([
  ['- derive: {speed: distance / minutess}', 'minutess', '8:25', 'distance / minutess'],
  ['- scale: [distance, payment]', 'cannot use the column `payment`, which is text', '8:27', 'payment'],
])('what shows when it is fitted is told in recipe.yaml: %s', async (operation, said, place, underlined) => {
  rig = new RecipeRig({ 'recipe.yaml': `${HEAD}  transform:\n    operations:\n      ${operation}\n`, 'trips.csv': trips() });
  const { exitCode, stderr } = await rig.run(['run', '--step', 'transform']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(said);
  expect(stderr).toContain(`recipe.yaml:${place}\n`);
  expect(/^ +\| +(\^+)$/m.exec(stderr)?.[1]).toBe('^'.repeat(underlined.length));
});
