/** The types of the step files of a project: what is asked, and which of the answers are told. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts';
import { checkTypes, type TypeCheck } from '../user-code/type-check/check.ts';
import { declaredColumns } from './data-declaration.ts';
import { packageRoot } from './package-root.ts';
import type { Project } from './project.ts';
import { typesFile } from './types-file.ts';

export function typeCheck({ paths }: Project): Promise<TypeCheck> {
  const declaration = typesFile(paths);
  return checkTypes({
    root: paths.root,
    folder: join(paths.build, 'types'),
    packageRoot: packageRoot(),
    ...(existsSync(declaration) && {
      declaration: { file: '.recipe/types.d.ts', columns: () => declaredColumns(readFileSync(declaration, 'utf8')) },
    }),
  });
}

/** One cause, one diagnostic: what has been said already is not said again in other words. */
export function newTypeErrors(found: readonly Diagnostic[], said: readonly Diagnostic[]): readonly Diagnostic[] {
  const broken = new Set(said.filter(({ code, severity }) => code === 'step-code' && severity === 'error').map(({ span }) => span?.file));
  return found.filter(({ span, label }) => {
    if (span === undefined) return true;
    if (broken.has(span.file)) return false;
    return !said.some((other) => {
      if (other.span?.file !== span.file) return false;
      const isSamePlace = other.span.start < span.end && span.start < other.span.end;
      // A helper refuses the whole function; what we point at are the parameters that are too many.
      const isSameFunction = other.code === 'bad-signature' && /too few arguments/.test(label ?? '') && isNear(span, other.span);
      return isSamePlace || isSameFunction;
    });
  });
}

/** The second begins behind the first, in the same few lines. */
function isNear(first: Span, second: Span): boolean {
  return second.start >= first.start && second.start - first.start < 500;
}
