/**
 * The closed set of diagnostic codes. Each has an entry in `docs/diagnostics.md`, which is
 * written from this table by `npm run docs`; a test fails when one is missing.
 */
export interface CodeEntry {
  /** What went wrong, in one sentence. */
  readonly what: string;
  /** What usually puts it right. */
  readonly fix: string;
}

export const CODES = {
  'yaml-syntax': { what: 'The file is not valid YAML.', fix: 'Correct the marked place; indentation and quotes are the usual causes.' },
  'duplicate-key': { what: 'A mapping has the same key twice.', fix: 'Keep one of the two.' },
  'recipe-not-found': {
    what: 'No `recipe.yaml` was found in this folder or above it.',
    fix: 'Change to the folder of the recipe, pass `-C FOLDER`, or start one with `mlrecipe init`.',
  },
  'profile-not-found': {
    what: 'The named profile has no file in `profiles/`.',
    fix: 'Name one of the profiles that exist, or create the file.',
  },
  'unknown-key': { what: 'A key is not part of the recipe schema.', fix: 'Correct the spelling, or remove the key.' },
  'fill-me-in': {
    what: 'A value that the recipe needs is empty, as in a template that nobody has filled in.',
    fix: 'Write the value between the quotes; the hint says which.',
  },
  'missing-key': { what: 'A required key is absent.', fix: 'Add the key.' },
  'wrong-type': { what: 'A value has the wrong type.', fix: 'Write a value of the expected type.' },
  'bad-value': { what: 'A value is outside what this key accepts.', fix: 'Write one of the accepted values.' },
  'ambiguous-value': {
    what: 'A value is read otherwise than it looks: YAML 1.1, which MLflow Recipes reads, and YAML 1.2, which is read here, understand it differently, or its quotes are typographic.',
    fix: 'Write it so that it can only mean one thing: in quotes, or as the number or boolean that is meant.',
  },
  'unused-key': { what: 'A key has no effect beside the others.', fix: 'Remove the key, or change the one that decides.' },
  'partial-grid': {
    what: 'A grid has more points than the search may try.',
    fix: 'Remove `max_trials`, give distributions fewer `steps`, or search with `tpe`.',
  },
  'not-supported-yet': {
    what: 'The recipe asks for something that MLflow Recipes has and this version has not. A warning until the recipe is run, then an error.',
    fix: 'Use what the hint names, or remove the key.',
  },
  'foreign-word': {
    what: 'A word names a library of Python; what stands for it here is used.',
    fix: 'Write our word, which the hint names.',
  },
  'unknown-recipe': { what: 'The value of `recipe` names no template.', fix: 'Use `regression/v1` or `classification/v1`.' },
  'undefined-placeholder': {
    what: 'A `{{NAME}}` is not set by the profile.',
    fix: 'Set it in the profile or give a default: `{{NAME|default(value)}}`.',
  },
  'bad-placeholder': {
    what: 'A placeholder is not of the form `{{NAME}}` or `{{NAME|default(value)}}`.',
    fix: 'Logic is not supported in recipe files; put the value into the profile.',
  },
  'undefined-environment-variable': {
    what: `A \`\${env:NAME}\` is not set in the environment.`,
    fix: `Set the variable, or give a default: \`\${env:NAME:-value}\`.`,
  },
  'bad-env-file': {
    what: 'A line of a file given with `--env-file` is not of the form `NAME=value`.',
    fix: 'Correct the line; quote a value that holds blanks and `#`.',
  },
  'bad-json': { what: 'A file that a placeholder takes in with `from_json` is not JSON.', fix: 'Correct the marked place.' },
  'secret-not-allowed': {
    what: `A \`\${env:NAME}\` stands where it could change the result of a step.`,
    fix: 'Use a `{{NAME}}` that the profile sets, or `--set`.',
  },
  'open-secret': {
    what: 'A password or key is written out in a file.',
    fix: `Take it from the environment: \`\${env:NAME}\` in a profile.`,
  },
  'bad-override': { what: 'A `--set path=value` cannot be applied.', fix: 'Check the path against the recipe.' },
  'unknown-step': { what: 'The named step is not part of this recipe.', fix: 'Name one of the steps that the recipe has.' },
  'unknown-run': {
    what: 'The named run is not among those that this project has recorded.',
    fix: 'Name one by its id or the beginning of it, or write `last`.',
  },
  'unknown-artifact': { what: 'The named artifact does not exist.', fix: 'Name one of the known artifacts.' },
  'artifact-missing': { what: 'The artifact has not been made, or is out of date.', fix: 'Run the step that makes it.' },
  'bad-query': {
    what: 'A query of `recipe sql` is not SQL, or asks for more than to read the artifacts.',
    fix: 'Correct the marked place; write one statement that reads.',
  },
  'unknown-metric': { what: 'A metric does not exist for this task.', fix: 'Name one of the metrics of the task.' },
  'unknown-column': { what: 'A column is named that the data do not have.', fix: 'Name one of the columns of the data.' },
  'bad-column': {
    what: 'A column cannot have the role or the type that the recipe gives it.',
    fix: 'Correct `columns`, or the values of the column.',
  },
  'unknown-function': {
    what: 'A function named in the recipe is not exported by the step file.',
    fix: 'Export a function of that name, or correct the name.',
  },
  'bad-signature': {
    what: 'A function named in the recipe requires more arguments than the step calls it with.',
    fix: 'Remove the parameter, make it optional, or give it a default value; the label says what the step passes.',
  },
  'file-not-found': {
    what: 'A file or folder that the recipe names does not exist.',
    fix: 'Correct the path; it is relative to the folder of recipe.yaml.',
  },
  'file-unreadable': { what: 'A file exists but cannot be read.', fix: 'Check its permissions.' },
  'unsupported-format': { what: 'The format of the input is not supported here.', fix: 'Use one of the supported formats.' },
  'bad-data-file': { what: 'A data file cannot be parsed.', fix: 'Correct the marked line, or choose a reader option that accepts it.' },
  'check-failed': {
    what: 'The data do not meet what `expect` says of them.',
    fix: 'Correct the data, or the check; the card shows the first rows that fail. With `severity: warn` a check tells and does not stop.',
  },
  'not-fetched': { what: 'Data at an address have not been fetched yet.', fix: 'Run the recipe: a run fetches them before it begins.' },
  'fetch-failed': {
    what: 'Data at an address cannot be fetched.',
    fix: 'Check address, credentials and network, or download the data and name the local file.',
  },
  'digest-mismatch': {
    what: 'Data at an address have other bytes than the recipe pins.',
    fix: 'Look at what changed there, and pin the new digest when it is right.',
  },
  'schema-drift': {
    what: 'Data files do not have the same columns, and the recipe says `schema_drift: error`.',
    fix: 'Make the files alike, or write `schema_drift: union` to join them by name.',
  },
  'empty-data': { what: 'The data have no rows.', fix: 'Check the source of the data.' },
  'constant-target': { what: 'The target has one value only.', fix: 'Check `target_col` and any filter before it.' },
  'bad-target': { what: 'The target does not fit the task.', fix: 'Use the other template, or another column.' },
  'rare-class': {
    what: 'A class has too few rows to be learned and tested.',
    fix: 'Collect more rows, merge the class into another, or filter it out.',
  },
  'small-split': { what: 'A part of the split has fewer than 4 rows.', fix: 'Use more data, or other `split_ratios`.' },
  'type-error': {
    what: 'TypeScript finds a mistake in a step file, or in a file that it imports.',
    fix: 'Correct the marked place. `validate --no-types` leaves the check out; steps run without it.',
  },
  'types-unchecked': {
    what: 'The TypeScript of the project could not be run, so the types of the step files were not checked.',
    fix: 'Try `npx tsc --noEmit`, which says more; install TypeScript 5 or later.',
  },
  'step-code': { what: 'A step file cannot be compiled.', fix: 'Correct the marked place.' },
  'step-failed': {
    what: 'A step function threw an error or returned something unusable.',
    fix: 'Correct the function; finished steps stay cached.',
  },
  'step-crashed': {
    what: 'The process of a step ended without an answer.',
    fix: 'Look at the log of the step; running out of memory is the usual cause.',
  },
  'step-timed-out': {
    what: 'A step took longer than its `timeout`.',
    fix: 'Raise `timeout`, or give the step less to do.',
  },
  'step-out-of-memory': {
    what: 'The process of a step used more memory than it may.',
    fix: 'Use fewer rows or columns, or raise the limit.',
  },
  'step-not-run': {
    what: 'A step has no result that could be used: for a run that starts behind it, or to be accepted.',
    fix: 'Run that step first, or start from it.',
  },
  'missing-package': { what: 'An optional package is not installed.', fix: 'Install it with the command that is shown.' },
  'no-model': {
    what: 'There is no model to score new data with.',
    fix: 'Run the recipe first, or name a model that exists in `steps.predict.model_uri`.',
  },
  'output-exists': {
    what: 'The scored table is there already, and `save_mode` forbids to replace it.',
    fix: 'Use `save_mode: overwrite`, `append` or `ignore`, or another `location`.',
  },
  'tracking-failed': { what: 'The tracking store or the registry cannot be used.', fix: 'Check its address and credentials.' },
  'artifacts-elsewhere': {
    what: 'The database of the runs lies in this project, and names a folder outside of it for their artifacts, as one does that was copied or moved with its project.',
    fix: 'Give `experiment.name` a new name, whose artifacts will lie in this project; remove the copied database, when its runs are not needed here; or name the folder in `experiment.artifact_location`, when it is meant.',
  },
  'criteria-not-met': { what: 'The model does not meet the validation criteria.', fix: 'Improve the model, or change the criteria.' },
  'folder-not-empty': {
    what: '`init` was asked to write into a folder with files in it.',
    fix: 'Choose another folder, or pass `--force`.',
  },
  'cache-damaged': {
    what: 'Stored bytes do not match their digest.',
    fix: 'Nothing to do: the entry was set aside and the step runs again.',
  },
  'cache-unusable': {
    what: 'The stored results cannot be read.',
    fix: 'Check space, permissions and health of the disk that holds `.recipe/`.',
  },
  usage: { what: 'The command line was not understood.', fix: 'See `mlrecipe --help`.' },
} as const;

export type DiagnosticCode = keyof typeof CODES;
