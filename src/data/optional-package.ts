/** Packages that nobody needs until a function is called. Their absence is a diagnostic with the command that installs them. */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';

/** What the package exports. `install` is what puts it in place, as a sentence without its end. */
export async function importOptional<Module>(name: string, usedBy: string, install: string): Promise<Module> {
  try {
    return (await import(name)) as Module;
  } catch (error) {
    if (!isAbsent(error, name)) throw error;
    throw new DiagnosticError({
      code: 'missing-package',
      severity: 'error',
      message: `\`${usedBy}\` needs \`${name}\`, which is not installed`,
      hint: install,
    });
  }
}

/** The package itself, and not one that it asks for. */
function isAbsent(error: unknown, name: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(`'${name}'`);
}
