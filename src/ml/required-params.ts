/**
 * Parameters of an estimator as its code wants them: complete and valid, or an error that names
 * every bad one.
 */
import { checkParams, type ParamInput, type ParamSpecs, type ParamValues, withDefaults } from '../schema/param.ts';

/** Throws one `RangeError` with all problems. A recipe never gets here with a bad value; a program may. */
export function requiredParams<S extends ParamSpecs>(estimator: string, specs: S, values: ParamInput<S>): ParamValues<S> {
  const problems = checkParams(specs, values);
  if (problems.length > 0) {
    const lines = problems.map(({ message, known }) =>
      known === undefined ? message : `${message}; known are ${known.map((name) => `\`${name}\``).join(', ')}`,
    );
    throw new RangeError(`\`${estimator}\`: ${lines.join('; ')}`);
  }
  return withDefaults(specs, values);
}
