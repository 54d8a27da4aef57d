/** What a dataset may be, before it is logged as an input of a run. */
import { LIMITS, refuse, requireLength } from './limits.ts';
import type { DatasetInput } from './ports.ts';

/**
 * Checks names, and leaves out a schema or profile that is too long for MLflow: a very wide table
 * must not make the record of a run impossible.
 */
export function acceptDataset(dataset: DatasetInput): DatasetInput {
  if (dataset.name === '' || dataset.digest === '') refuse('a dataset needs a name and a digest');
  requireLength('the dataset name', dataset.name, LIMITS.datasetName);
  requireLength('the dataset digest', dataset.digest, LIMITS.datasetDigest);
  requireLength('the dataset source', dataset.source, LIMITS.datasetSource);
  requireLength('the dataset context', dataset.context, LIMITS.inputTagValue);
  const { schema, profile, ...rest } = dataset;
  return {
    ...rest,
    ...(schema !== undefined && schema.length <= LIMITS.datasetSchema && { schema }),
    ...(profile !== undefined && profile.length <= LIMITS.datasetProfile && { profile }),
  };
}
