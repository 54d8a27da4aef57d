/** The store of runs said no, or did not answer, as a diagnostic. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

export function trackingFailure(error: unknown, uri: string): Diagnostic {
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'tracking-failed', severity: 'error', message: `runs cannot be recorded in ${uri}: ${message}`, hint: wayOut(error, uri) };
}

function wayOut(error: unknown, uri: string): string {
  if (!/^https?:/i.test(uri)) return 'see that the file is a tracking database, can be written, and that the disk has room';
  return (error as { readonly code?: unknown } | undefined)?.code === 'UNREACHABLE'
    ? 'start the server, or record on this machine with another profile or `--set experiment.tracking_uri=sqlite:///mlflow.db`'
    : 'check `experiment.tracking_uri` and the credentials in the environment';
}
