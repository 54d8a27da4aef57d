/**
 * What is wrong with the sections that score new data. It stops no training and is a warning there; for
 * who asks for the scoring it is the answer.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Project } from './project.ts';

const SECTIONS = ['ingest_scoring', 'predict'] as const;

/** The warnings as errors. Undefined when the step is none of these, or nothing was said of its section. */
export function scoringObstacles({ loaded, template, warnings }: Project, step: string): readonly Diagnostic[] | undefined {
  if (!template.scoring.some(({ name }) => name === step)) return undefined;
  const spans = SECTIONS.flatMap((section) => [
    loaded.locate(['steps', section], 'key') ?? [],
    loaded.locate(['steps', section], 'value') ?? [],
  ]).flat();
  const obstacles = warnings.filter(({ span }) =>
    spans.some(({ file, start, end }) => span !== undefined && span.file === file && span.start >= start && span.end <= end),
  );
  return obstacles.length === 0 ? undefined : obstacles.map((obstacle) => ({ ...obstacle, severity: 'error' }));
}
