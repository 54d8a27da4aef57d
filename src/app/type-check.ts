/** The types of the step files of a project: what is asked, and which of the answers are told. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
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

/** One cause, one diagnostic: what the compiler of the steps has said already is not said again in other words. */
export function newTypeErrors(found: readonly Diagnostic[], said: readonly Diagnostic[]): readonly Diagnostic[] {
  const broken = new Set(said.filter(({ code, severity }) => code === 'step-code' && severity === 'error').map(({ span }) => span?.file));
  return found.filter(
    ({ span }) =>
      span === undefined ||
      (!broken.has(span.file) &&
        !said.some((other) => other.span?.file === span.file && other.span.start < span.end && span.start < other.span.end)),
  );
}
