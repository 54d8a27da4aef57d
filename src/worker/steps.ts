/** The steps that a worker can run. Declarations only: the code of a step is loaded when it first runs. */
import { custom } from '../steps/custom.ts';
import { evaluate } from '../steps/evaluate.ts';
import { ingest } from '../steps/ingest.ts';
import { ingestScoring } from '../steps/ingest-scoring.ts';
import { predict } from '../steps/predict.ts';
import { split } from '../steps/split.ts';
import { train } from '../steps/train.ts';
import { transform } from '../steps/transform.ts';
import { registryOf, type StepRegistry } from './steps-registry.ts';

export const WORKER_STEPS: StepRegistry = registryOf([ingest, split, transform, train, evaluate, ingestScoring, predict, custom]);
