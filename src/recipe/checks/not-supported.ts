/**
 * What MLflow Recipes can do and this version cannot. Such a recipe is valid, so that it can be read,
 * checked and shared, and each such wish is a warning; a run that would have to leave it out refuses.
 * A scoring section never stops a run: no training step reads it.
 */
import type { RecipeView, Remark } from '../view.ts';
import { OUR_WORD, SPARK_FORMATS, SPARK_OUTPUTS } from '../vocabulary.ts';

type Refuse = (path: Remark['path'], message: string, hint: string) => void;

export function checkNotSupported(view: RecipeView): void {
  const refuse: Refuse = (path, message, hint) =>
    view.report({ code: 'not-supported-yet', stopsRun: true, path, at: 'value', message, hint });
  for (const path of [
    ['steps', 'train', 'using'],
    ['steps', 'train', 'tuning', 'algorithm'],
  ])
    checkForeign(view, path);
  checkIngest(view, refuse);
  checkScoring(view);
  checkDatabricks(view, refuse);
}

function checkForeign(view: RecipeView, path: readonly string[]): void {
  const word = view.text(...path) ?? '';
  const ours = OUR_WORD.get(word);
  if (ours === undefined) return;
  view.report({
    code: 'foreign-word',
    severity: 'warning',
    path,
    at: 'value',
    message: `\`${word}\` is read as \`${ours}\``,
    hint: `write \`${path.at(-1)}: ${ours}\``,
  });
}

function checkIngest(view: RecipeView, refuse: Refuse): void {
  for (const step of ['ingest', 'ingest_scoring']) {
    const using = view.text('steps', step, 'using');
    if (using === undefined || !(SPARK_FORMATS as readonly string[]).includes(using)) continue;
    const path = ['steps', step, 'using'];
    const { message, hint } = tableFormat(using);
    if (step === 'ingest') refuse(path, message, hint);
    else view.report({ code: 'not-supported-yet', severity: 'warning', path, at: 'value', message, hint });
  }
}

/** Of formats whose readers are extensions that are downloaded at run time, or need a compiler to install. */
export function tableFormat(using: string): { readonly message: string; readonly hint: string } {
  const export_ = 'export the table to Parquet, then `using: parquet`';
  switch (using) {
    case 'delta':
      return {
        message: 'Delta tables cannot be read: no reader of them installs without a compiler or a download',
        hint: `${export_}; in Python: \`DeltaTable(path).to_pandas().to_parquet("data.parquet")\``,
      };
    case 'iceberg':
      return {
        message: 'Iceberg tables cannot be read: no reader of them installs without a compiler or a download',
        hint: `${export_}; in Python: \`catalog.load_table(name).scan().to_pandas().to_parquet("data.parquet")\``,
      };
    default:
      return { message: `\`using: ${using}\` is not available yet`, hint: `${export_}, or query files with \`using: sql\`` };
  }
}

function checkScoring(view: RecipeView): void {
  const output = view.has('steps', 'predict', 'output', 'using') ? ['steps', 'predict', 'output', 'using'] : ['steps', 'predict', 'using'];
  const format = view.text(...output);
  if (format === undefined || !(SPARK_OUTPUTS as readonly string[]).includes(format)) return;
  const message = `\`using: ${format}\` is not available yet`;
  view.report({ code: 'not-supported-yet', severity: 'warning', path: output, at: 'value', message, hint: 'use `parquet` or `csv`' });
}

/** The tracking store and registry of a Databricks workspace, by the word or with a profile of its command line. */
function checkDatabricks(view: RecipeView, refuse: Refuse): void {
  for (const path of [
    ['experiment', 'tracking_uri'],
    ['model_registry', 'registry_uri'],
    ['steps', 'register', 'registry_uri'],
  ]) {
    const uri = view.text(...path);
    if (uri === undefined || view.isSecret(...path) || !/^databricks(?:-uc)?(?::|$)/u.test(uri)) continue;
    refuse(path, '`databricks` is not available yet', 'use `sqlite:///mlflow.db`, or the address of an MLflow server');
  }
}
