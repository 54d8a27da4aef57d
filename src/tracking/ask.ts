/**
 * One question to a server, asked once and with a limit, before anything depends on its answer: is it
 * there, does it speak MLflow, does it let us in? Asks for a name, which need not exist.
 */
import { TrackingError } from './ports.ts';
import { openRestClient, type RestClient } from './rest-client.ts';
import { type Environment, restOptions } from './rest-environment.ts';
import { parseTrackingUri } from './uri.ts';

export interface Question {
  /** As configured, which may hold credentials. */
  readonly uri: string;
  readonly root: string;
  readonly env: Environment;
  readonly about: { readonly kind: 'experiment' | 'model'; readonly name: string };
  readonly limitMs: number;
}

/** What is wrong; `undefined` when all is well, or when the address is that of a file. */
export async function askServer({ uri, root, env, about, limitMs }: Question): Promise<TrackingError | undefined> {
  let client: RestClient | undefined;
  try {
    const address = parseTrackingUri(uri, root);
    if (address.kind !== 'http') return undefined;
    client = openRestClient({ ...restOptions(address, env), timeoutMs: limitMs, maxRetries: 0, followRedirects: 'same-server' });
    const answered =
      about.kind === 'experiment'
        ? client.get('experiments/get-by-name', { experiment_name: about.name })
        : client.get('registered-models/get', { name: about.name });
    await within(answered, limitMs, address.uri);
    return undefined;
  } catch (error) {
    if (!(error instanceof TrackingError)) throw error;
    return error.code === 'RESOURCE_DOES_NOT_EXIST' ? undefined : error;
  } finally {
    client?.close();
  }
}

/** Beside the limit on silence: a server may send a byte now and then, and a name may not be found for long. */
function within<T>(answered: Promise<T>, limitMs: number, uri: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const message = `cannot reach the MLflow server at ${uri}: no answer within ${limitMs / 1000} s`;
    const timer = setTimeout(() => reject(new TrackingError('UNREACHABLE', message)), limitMs);
    void answered.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
