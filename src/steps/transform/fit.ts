/**
 * Which transformer the recipe asks for, fitted on the training rows.
 */
import type { DataEngine } from '../../data/engine.ts';
import type { Pipeline } from '../../data/transform/api.ts';
import { fitCustomTransformer } from '../../data/transform/custom.ts';
import { type FittedPipeline, fitPipelineOf } from '../../data/transform/fit.ts';
import { OperationError } from '../../data/transform/operation-error.ts';
import type { Transformer } from '../../data/transform/transformer.ts';
import type { StepContext } from '../define.ts';
import { operationProblem } from './operation-problem.ts';
import type { TransformParams } from './params.ts';

export async function fitRequested(
  engine: DataEngine,
  context: Pick<StepContext, 'userFunction'>,
  relation: string,
  params: TransformParams,
  /** Columns that stay beside the features, other than the target. */
  beside: readonly string[],
): Promise<{ readonly transformer: Transformer } & Pick<FittedPipeline, 'training'>> {
  const { method } = params;
  const config = {
    target: params.target,
    task: params.task,
    roles: params.roles,
    beside,
    ...(params.types !== undefined && { types: params.types }),
    ...(params.sensitive !== undefined && { sensitive: params.sensitive }),
    rest: { impute: params.impute, encode: params.encode },
  };
  const { operations } = params;
  if (operations !== undefined)
    return fitPipelineOf(engine, relation, { ...config, plan: { kind: 'pipeline', operations } }).catch((error: unknown) => {
      throw error instanceof OperationError ? operationProblem(error, operations) : error;
    });
  if (params.using === 'auto' || method === undefined) {
    return fitPipelineOf(engine, relation, { ...config, plan: { kind: 'auto', impute: params.impute, encode: params.encode } });
  }
  const make = (await context.userFunction(method.file, method.name)) as unknown as () => unknown;
  const made = await make();
  if (made === undefined || made === null) return fitPipelineOf(engine, relation, { ...config, plan: { kind: 'identity' } });
  if (isPipeline(made)) return fitPipelineOf(engine, relation, { ...config, plan: made });
  return { transformer: await fitCustomTransformer(engine, relation, config, made, method) };
}

function isPipeline(value: unknown): value is Pipeline {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { readonly kind?: unknown }).kind === 'pipeline' &&
    Array.isArray((value as { readonly operations?: unknown }).operations)
  );
}
