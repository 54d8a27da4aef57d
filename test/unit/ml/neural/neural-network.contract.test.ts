import { neuralNetworkParams, restoreNeuralNetwork } from '../../../../src/ml/neural/neural-network.ts';
import { neuralNetwork } from '../../../../src/steps/train/neural-network.ts';
import { estimatorContract } from '../../../contracts/estimator.ts';

estimatorContract({
  name: 'neural_network',
  create: neuralNetwork,
  restore: restoreNeuralNetwork,
  params: neuralNetworkParams,
  tasks: ['regression', 'binary', 'multiclass'],
  quick: { backend: 'cpu', hidden_layers: 1, hidden_units: 6, epochs: 8, learning_rate: 0.15, batch_size: 64 },
  unwatched: { early_stopping: false },
  stopsWithin: { params: { epochs: 30, patience: 2, early_stopping: true }, iterations: 20 },
  // Batches mix rows, whatever their weight; the moments of a batch and dropped units hang on how many rows there are.
  exact: { batch_size: 4096, dropout: 0, batch_norm: false, optimizer: 'sgd' },
});
