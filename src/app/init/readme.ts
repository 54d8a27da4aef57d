/** The README of a new project: each of its files in one line, and the commands of the first hour. */
import type { Task } from '../../recipe/metric-names.ts';

const WHAT: Readonly<Record<string, string>> = {
  'recipe.yaml': 'the recipe: which table, which column to predict, which gates',
  'steps/train.ts': 'the estimator, as a function that the recipe names',
  'profiles/local.yaml': 'where runs are recorded on this machine',
  'profiles/cloud.yaml': 'the same for a shared MLflow server: `--profile cloud`',
  'data/houses.csv': 'a made-up sample of 900 sales: replace it by your own table',
  'data/customers.csv': 'a made-up sample of 1,200 customers: replace it by your own table',
  'test/recipe.test.ts': '`npm test`: trains the model and looks at the verdict',
  'package.json': 'the packages, and what `npm start` and `npm test` do',
  'tsconfig.json': 'how the editor and `npm run typecheck` read TypeScript',
  '.gitignore': 'what is made again and so is not committed',
  '.vscode/launch.json': '"Debug a step" in VS Code: breakpoints in `steps/*.ts`',
  '.github/workflows/recipe.yml': 'GitHub checks, tests and runs the recipe, and keeps the cards',
  'README.md': 'this file',
};

/** What a file is for. Throws for a file that nobody has explained. */
export function whatIs(path: string): string {
  const what = Object.hasOwn(WHAT, path) ? WHAT[path] : undefined;
  if (what === undefined) throw new Error(`the scaffold has ${path}, and its README does not say what it is`);
  return what;
}

/** `data` is where the table lies, when it is the user's own. */
export function readme(task: Task, paths: readonly string[], data?: string): string {
  const rows = [...paths, 'README.md'].sort().map((path) => `| \`${path}\` | ${whatIs(path)} |`);
  const intro = data === undefined ? [] : [`The table is \`${data.replaceAll('`', "'")}\`; it was not copied.`, ''];
  const first = paths.includes('steps/train.ts')
    ? 'npx mlrecipe run --step train        # after an edit of steps/train.ts: only what follows runs'
    : 'npx mlrecipe run --step train        # up to the model: only what has changed runs';
  return `${[
    `# A ${task} recipe`,
    '',
    ...intro,
    '| file | what it is |',
    '| --- | --- |',
    ...rows,
    '',
    '```sh',
    'npm install',
    'npm start                            # run the recipe',
    first,
    'npx mlrecipe plan                    # what would run, and why',
    'npx mlrecipe inspect evaluate        # the card of a step',
    'npx mlrecipe doctor                  # when something does not work',
    'npm test',
    '```',
  ].join('\n')}\n`;
}
