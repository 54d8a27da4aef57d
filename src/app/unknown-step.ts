/** A command names a step that the recipe does not have. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';
import type { Project } from './project.ts';

export function unknownStep(name: string, known: readonly string[], project?: Pick<Project, 'template' | 'sample'>): Diagnostic {
  if (name === 'register' && !known.includes('register')) {
    const message = '`register` is left out: a sample is not registered';
    return { code: 'usage', severity: 'error', message, hint: 'run without `--sample`' };
  }
  if (project?.template.scoring.some((step) => step.name === name) === true) {
    if (project.sample !== undefined)
      return {
        code: 'usage',
        severity: 'error',
        message: `\`${name}\` is left out: a sample is not scored`,
        hint: 'run without `--sample`',
      };
    return {
      code: 'unknown-step',
      severity: 'error',
      message: `the recipe does not say what to score, so there is no step \`${name}\``,
      hint: 'add `ingest_scoring: {location: data/new.csv}` and `predict: {output: {using: parquet, location: data/scored.parquet}}` under `steps`; a warning of `recipe validate` says when these cannot be used',
    };
  }
  const near = closest(name, known);
  return {
    code: 'unknown-step',
    severity: 'error',
    message: `the recipe has no step \`${name}\``,
    hint: near === undefined ? `the steps are ${listNames(known, known.length)}` : `did you mean \`${near}\`?`,
  };
}
