/** TensorFlow.js on its plain backend, which gives the same numbers everywhere. */
import type { TensorBackend } from '../../src/ml/neural/tensor-library.ts';
import { loadTensorFlow } from '../../src/steps/train/tensorflow.ts';

export const cpuTensors = (): Promise<TensorBackend> => loadTensorFlow('cpu');
