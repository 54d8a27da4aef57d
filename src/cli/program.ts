/** The commands and flags. Each command's code is loaded when it is called. */
import { Command, Help, Option } from 'commander';
import { packageVersion } from '../app/package-root.ts';
import type { ConfigFlags } from './commands/config.ts';
import type { GcFlags } from './commands/gc.ts';
import type { InitFlags } from './commands/init.ts';
import type { SqlFlags } from './commands/sql.ts';
import type { PlanFlags, ProjectFlags, RunFlags, ValidateFlags } from './flags.ts';
import { SQL_FORMATS } from './query/formats.ts';
import { FORCE_CHOSEN } from './selection-flags.ts';
import type { Terminal } from './terminal.ts';

export type SetExitCode = (code: number) => void;

const EXAMPLES = `
Examples:
  npx mlrecipe init my-model          start a project
  npx mlrecipe init . --data my.csv --target price
                                      start one for your table
  npx mlrecipe run                    run what needs to run
  npx mlrecipe run --step train       run up to one step
  npx mlrecipe plan                   say what would run, and why
  npx mlrecipe plan --diff last       say what changed since the last run
  npx mlrecipe status                 say where things stand
  npx mlrecipe inspect evaluate       open the card of a step
  npx mlrecipe sql "select avg(abs(error)) from predicted_test_data"
                                      ask the tables of the last run
`;

export function program(terminal: Terminal, exit: SetExitCode): Command {
  const root = new Command('recipe')
    .description('Declarative recipes for machine learning: recipe.yaml in; a trained, evaluated and registered model out.')
    .version(packageVersion(), '-V, --version')
    .option('--no-color', 'print without colour')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .showSuggestionAfterError();

  root.commandsGroup('Work:');
  selecting(project(root, 'run', 'run the recipe, or a part of it; what is fresh is reused'))
    .optionsGroup('How to run:')
    .option('-w, --watch', 'run again whenever a file that matters changes')
    .option('--keep-going', 'after a failure, still run what does not depend on it')
    .option('--paranoid', 'read every input and output again instead of trusting file times')
    .option('--inspect-brk', 'open the step in a debugger: needs --step')
    .option('-q, --quiet', 'print errors only')
    .option('-v, --verbose', 'print what the steps print')
    .action(async (flags: RunFlags) => exit(await (await import('./commands/run.ts')).run(terminal, flags)));

  selecting(project(root, 'plan', 'say what a run with the same flags would do, and why; runs nothing'))
    .optionsGroup('What to say:')
    .option('--check', 'exit with 5 when something would run')
    .option('--diff <run>', 'what differs from an earlier run: its id, the beginning of it, or last')
    .action(async (flags: PlanFlags) => exit(await (await import('./commands/plan.ts')).plan(terminal, flags)));

  project(root, 'accept', 'say that an edit does not matter: the result of a step stands for the present state')
    .argument('<step>', 'name of the step')
    .action(async (step: string, flags: ProjectFlags) => exit(await (await import('./commands/accept.ts')).accept(terminal, step, flags)));

  root.commandsGroup('Look:');
  project(root, 'status', 'say where things stand: what is in place, how the last run ended, who works here').action(
    async (flags: ProjectFlags) => exit(await (await import('./commands/status.ts')).status(terminal, flags)),
  );

  project(root, 'validate', 'check recipe.yaml, profile and step files without running anything')
    .option('--no-types', 'leave out the types of the step files, which TypeScript checks when it is installed')
    .option('--online', 'also ask whether the servers that they name answer; without it nothing is asked over the network')
    .action(async (flags: ValidateFlags) => exit(await (await import('./commands/validate.ts')).validate(terminal, flags)));

  project(root, 'config', 'print the recipe as it is understood, and where each value comes from')
    .option('--diff <profiles...>', 'what differs between two profiles, such as --diff local cloud; one is compared with the present one')
    .action(async (flags: ConfigFlags) => exit(await (await import('./commands/config.ts')).config(terminal, flags)));

  project(root, 'doctor', 'say what may be wrong with the installation, the machine and the project').action(async (flags: ProjectFlags) =>
    exit(await (await import('./commands/doctor.ts')).doctor(terminal, flags)),
  );

  project(root, 'inspect', 'open the card of a step, or of the last run')
    .argument('[step]', 'name of the step')
    .addOption(new Option('--card <kind>', 'print the card instead of opening it').choices(['html', 'md', 'json']))
    .option('--no-open', 'print the path only')
    .action(async (step: string | undefined, flags: ProjectFlags & { readonly open: boolean; readonly card?: 'html' | 'md' | 'json' }) =>
      exit(await (await import('./commands/inspect.ts')).inspect(terminal, step, flags)),
    );

  project(root, 'logs', 'print what a step printed when it last ran')
    .argument('<step>', 'name of the step')
    .action(async (step: string, flags: ProjectFlags) => exit(await (await import('./commands/logs.ts')).logs(terminal, step, flags)));

  project(root, 'get-artifact', 'print the path of an artifact')
    .option('--sample <rows>', 'of a run with `--sample`')
    .argument('[name]', 'name of the artifact, such as training_data')
    .option('-a, --artifact <name>', 'the same, as in MLflow Recipes')
    .option('-o, --output <file>', 'copy the artifact there')
    .action(async (name: string | undefined, flags: ProjectFlags & { readonly artifact?: string; readonly output?: string }) =>
      exit(await (await import('./commands/get-artifact.ts')).getArtifact(terminal, name ?? flags.artifact, flags)),
    );

  project(root, 'sql', 'ask the tables that a run has left: SQL that reads, and nothing else', SQL_FORMATS)
    .argument('[query]', 'such as "select * from predicted_test_data limit 5"; `-` reads it from standard input')
    .option('--list', 'say which tables there are, with their columns')
    .option('--run <run>', 'the tables of an earlier run: its id, the beginning of it, or last')
    .option('--file <path>', 'read the query from a file')
    .option('-o, --output <file>', 'write the answer there; its ending says the format')
    .action(async (query: string | undefined, flags: SqlFlags) =>
      exit(await (await import('./commands/sql.ts')).sql(terminal, query, flags)),
    );

  root.commandsGroup('Write down:');
  project(root, 'eject', 'write what defaults decided into recipe.yaml: readers, types, roles, parameters; comments stay')
    .argument('[step]', 'only what belongs to this step')
    .option('--dry-run', 'print the recipe instead of writing it')
    .action(async (step: string | undefined, flags: ProjectFlags & { readonly dryRun?: boolean }) =>
      exit(await (await import('./commands/eject.ts')).eject(terminal, step, flags)),
    );

  root.commandsGroup('Tidy up:');
  project(root, 'clean', 'remove the results of a step, or of all steps')
    .option('-s, --step <name>', 'only this step')
    .option('--dry-run', 'print what would be removed')
    .action(async (flags: ProjectFlags & { readonly step?: string; readonly dryRun?: boolean }) =>
      exit(await (await import('./commands/clean.ts')).clean(terminal, flags)),
    );

  project(root, 'gc', 'remove stored results that were not used for long, or that do not fit')
    .option('--older-than <age>', 'not used for this long, such as 30d or 12h (default: 30d)')
    .option('--max-size <size>', 'then the least recently used, until the rest fits, such as 10GB')
    .option('--dry-run', 'print what would be removed')
    .action(async (flags: GcFlags) => exit(await (await import('./commands/gc.ts')).gc(terminal, flags)));

  const cache = root.command('cache').description('look into the store of results');
  project(cache, 'ls', 'list the stored results').action(async (flags: ProjectFlags) =>
    exit(await (await import('./commands/cache.ts')).cacheLs(terminal, flags)),
  );
  project(cache, 'verify', 'read every stored byte and set aside what is damaged').action(async (flags: ProjectFlags) =>
    exit(await (await import('./commands/cache.ts')).cacheVerify(terminal, flags)),
  );
  project(cache, 'rm', 'forget the results of a step, or those whose key begins so')
    .argument('<name>', 'step, or the beginning of a key')
    .action(async (name: string, flags: ProjectFlags) => exit(await (await import('./commands/cache.ts')).cacheRm(terminal, name, flags)));

  root
    .commandsGroup('Begin:')
    .addHelpCommand(new Command('help').argument('[command]').description('print the help of a command').helpGroup('Begin:'));
  root
    .command('init')
    .description('start a project in a new folder')
    .argument('<folder>', 'where to write; `.` for this folder')
    .option('-d, --data <path>', 'your table: csv, tsv, parquet, json or ndjson, or a folder of them; it is read, not copied')
    .option('--target <column>', 'the column to predict; needs --data')
    .addOption(
      new Option('-t, --template <name>', 'kind of model (default: by the target; without --data regression)').choices([
        'regression',
        'classification',
      ]),
    )
    .option('--force', 'write into a folder that has files; existing ones are kept')
    .addOption(new Option('--format <kind>', 'how to print').choices(['human', 'concise', 'json']).default('human'))
    .option('--json', 'the same as --format json')
    .action(async (folder: string, flags: InitFlags) => exit(await (await import('./commands/init.ts')).init(terminal, folder, flags)));

  return root;
}

/** The flags that choose steps. The same for a plan and a run, so that any run can be foretold. */
function selecting(command: Command): Command {
  return command
    .optionsGroup('Which steps:')
    .option('-s, --step <name>', 'up to this step')
    .option('--to <name>', 'the same as --step')
    .option('--from <name>', 'begin at this step; what lies before it is taken as it is')
    .addOption(
      new Option('--force [name]', 'also when fresh: this step, or without a name the one of --step, or all; may be repeated')
        .preset(FORCE_CHOSEN)
        .argParser((name: string, before: readonly string[] = []) => [...before, name]),
    )
    .option('--sample <rows>', 'on a sample of the rows; nothing is registered')
    .optionsGroup('Stored results:')
    .option('--refresh', 'run everything again and keep the new results')
    .option('--no-cache', 'run everything, and neither read nor write the store');
}

/** The flags that all commands share come last in a help text. */
const SHARED_FLAGS = 'Project and output:';
const byMeaning: Pick<Help, 'groupItems' | 'optionDescription'> = {
  // What `--force` stands for without a name is said in its description.
  optionDescription: (option) => (option.presetArg === FORCE_CHOSEN ? option.description : new Help().optionDescription(option)),
  groupItems(all, visible, groupOf) {
    const groups = new Help().groupItems(all, visible, groupOf);
    const shared = groups.get(SHARED_FLAGS);
    if (shared === undefined) return groups;
    groups.delete(SHARED_FLAGS);
    return groups.set(SHARED_FLAGS, shared);
  },
};

/** `formats`: those of a command that prints tables, of which the kind of output decides. */
function project(root: Command, name: string, description: string, formats?: readonly string[]): Command {
  const format = new Option('--format <kind>', 'how to print');
  return root
    .command(name)
    .description(description)
    .configureHelp(byMeaning)
    .addHelpOption(new Option('-h, --help', 'print this help').helpGroup(SHARED_FLAGS))
    .optionsGroup(SHARED_FLAGS)
    .option('-p, --profile <name>', 'profile in profiles/ (default: $RECIPE_PROFILE, or local when it exists)')
    .option('--set <path=value>', 'override a value of the recipe; may be repeated', (value: string, before: readonly string[] = []) => [
      ...before,
      value,
    ])
    .option(
      '--env-file <file>',
      'read NAME=value lines as if the environment had them; may be repeated',
      (file: string, before: readonly string[] = []) => [...before, file],
    )
    .option('-C <folder>', 'look for recipe.yaml there')
    .addOption(formats === undefined ? format.choices(['human', 'concise', 'json']).default('human') : format.choices(formats))
    .option('--json', 'the same as --format json')
    .optionsGroup('Options:');
}
