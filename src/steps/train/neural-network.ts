/** The neural network on the TensorFlow.js of the project. */
import type { Estimator } from '../../ml/estimator.ts';
import { neuralNetworkOn } from '../../ml/neural/neural-network.ts';
import type { neuralNetworkParams } from '../../ml/neural/neural-network-params.ts';
import type { ParamInput } from '../../schema/param.ts';
import { loadTensorFlow } from './tensorflow.ts';

/** Throws one `RangeError` with all problems of the parameters; `fit` throws a `missing-package` diagnostic without TensorFlow.js. */
export function neuralNetwork(params: ParamInput<typeof neuralNetworkParams> = {}): Estimator {
  return neuralNetworkOn(loadTensorFlow, params);
}
