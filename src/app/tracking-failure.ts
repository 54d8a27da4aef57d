/** The store of runs said no, or did not answer, as a diagnostic. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { redact } from '../recipe/redact.ts';

/** `uri` is as it may be shown; what the environment supplied beside it is taken out of the store's own words. */
export function trackingFailure(error: unknown, uri: string, secrets: readonly string[]): Diagnostic {
  const said = error instanceof Error ? error.message : String(error);
  const message = redact(
    said,
    secrets.filter((secret) => secret !== uri),
  );
  return { code: 'tracking-failed', severity: 'error', message: `runs cannot be recorded in ${uri}: ${message}`, hint: wayOut(error, uri) };
}

function wayOut(error: unknown, uri: string): string {
  if (!/^https?:/i.test(uri)) return 'see that the file is a tracking database, can be written, and that the disk has room';
  return (error as { readonly code?: unknown } | undefined)?.code === 'UNREACHABLE'
    ? 'start the server, or record on this machine with another profile or `--set experiment.tracking_uri=sqlite:///mlflow.db`'
    : 'check `experiment.tracking_uri` and the credentials in the environment';
}
