/** A loaded recipe written out again, with every default spelt out: read, it must give the same recipe. */
import type { Recipe } from '../../../src/recipe/recipe.ts';
import { writeOperation } from '../../../src/schema/write-operation.ts';

export function recipeText(recipe: Recipe): string {
  const { steps, custom_steps: own, patience, experiment, columns, cache, resources, task: _task, ...top } = recipe;
  const { format, ...ingest } = { format: undefined, ...steps.ingest };
  const { ingest_scoring: scoring, register, predict, ...others } = steps;
  const { registry_uri, model_name, ...registering } = register;
  const sections: Record<string, object> = {
    ...others,
    train: training(steps.train),
    split: withoutEmpty(steps.split),
    transform:
      steps.transform.using === 'operations'
        ? { ...steps.transform, operations: steps.transform.operations.map(writeOperation) }
        : steps.transform,
    ingest: reader(ingest, format),
    register: registering,
    ...(predict !== undefined && { predict }),
    // Of a scoring section that is not filled in, nothing is left to read.
    ...(scoring !== undefined &&
      scoring.location.length > 0 && { ingest_scoring: reader(scoring, 'format' in scoring ? scoring.format : undefined) }),
    ...Object.fromEntries(
      Object.entries(own).map(([name, step]) => [
        name,
        { using: 'custom', ...step, inputs: step.inputs.length === 0 ? undefined : step.inputs },
      ]),
    ),
  };
  for (const [name, { timeout_ms, retries }] of Object.entries(patience)) {
    if (sections[name] === undefined) continue;
    sections[name] = {
      ...sections[name],
      ...(timeout_ms !== undefined && { timeout: `${timeout_ms}ms` }),
      ...(retries !== undefined && { retries }),
    };
  }
  return literal({
    ...top,
    columns,
    steps: sections,
    experiment,
    model_registry: { model_name, registry_uri },
    cache,
    resources: withoutBytes(resources),
  });
}

/** What is absent in a loaded recipe is an empty list there, and may not be one here. */
function withoutEmpty(section: object): object {
  return Object.fromEntries(Object.entries(section).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

/** What is together in a loaded recipe stands beside the other keys in a written one. */
function training({ classes = {}, tuning, ...rest }: Recipe['steps']['train']): object {
  const { rebalance, ...said } = classes;
  return {
    ...rest,
    ...said,
    ...(rebalance !== undefined && { rebalance_training_data: true, resampling_minority_percentage: rebalance }),
    ...(tuning !== undefined && { tuning: { enabled: true, ...tuning } }),
  };
}

function withoutBytes({ memory_bytes: memory, memory_limit_bytes: memory_limit, ...rest }: Recipe['resources']): object {
  return { ...rest, memory, memory_limit };
}

/** The word for a loader of one's own is the format that it is given. */
function reader(section: object, format: string | undefined): object {
  const { format: _format, ...rest } = section as { readonly format?: string };
  if ('using' in section && section.using === 'sql') return query(section as Query);
  return format === undefined || format.trim() === '' ? rest : { ...rest, using: format };
}

type Query = Extract<Recipe['steps']['ingest'], { readonly using: 'sql' }>;

/** The locations of the inputs are in a list of their own as well. */
function query({ inputs, text, location: _location, ...rest }: Query): object {
  return { ...rest, ...text, inputs: Object.fromEntries(inputs.map(({ name, location }) => [name, location])) };
}

const NOT_FINITE: Readonly<Record<string, string>> = { Infinity: '.inf', '-Infinity': '-.inf', NaN: '.nan' };

/** JSON, which YAML contains, with nothing in it that is taken for a placeholder. */
function literal(recipe: unknown): string {
  const mark = (value: number): string => `\u0001${value}\u0001`;
  const json = JSON.stringify(recipe, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? mark(value) : value));
  return json
    .replaceAll(/"\\u0001(-?Infinity|NaN)\\u0001"/gu, (_, value: string) => NOT_FINITE[value] ?? value)
    .replaceAll(/\{(?=[{%])/gu, '\\u007b');
}
