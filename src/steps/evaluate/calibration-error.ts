/** How far probabilities are from what came true, in words for the description of a figure. */
import type { MetricValue } from '../../ml/metrics/outcome.ts';
import { showNumber } from '../show-number.ts';

export function calibrationErrorText(error: MetricValue): string {
  return error.value === undefined ? 'the calibration error is undefined' : `the expected calibration error is ${showNumber(error.value)}`;
}
