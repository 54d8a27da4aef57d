/**
 * The variables with which MLflow's own clients are set up, as options. The environment is passed
 * in; nothing here reads `process.env`, and no value is ever shown.
 */
import { readFileSync } from 'node:fs';
import { TrackingError } from './ports.ts';
import type { RestOptions } from './rest-client.ts';
import type { TrackingAddress } from './uri.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export function restOptions(address: Extract<TrackingAddress, { readonly kind: 'http' }>, env: Environment): RestOptions {
  for (const name of ['MLFLOW_TRACKING_AWS_SIGV4', 'MLFLOW_TRACKING_AUTH']) {
    if (isSet(env, name) && !isNo(env, name)) {
      throw new TrackingError(
        'NOT_IMPLEMENTED',
        `${name} is not supported; use MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN`,
      );
    }
  }
  const username = env['MLFLOW_TRACKING_USERNAME'] || address.username;
  const password = env['MLFLOW_TRACKING_PASSWORD'] || address.password;
  const timeout = positive(env, 'MLFLOW_HTTP_REQUEST_TIMEOUT');
  const maxRetries = positive(env, 'MLFLOW_HTTP_REQUEST_MAX_RETRIES');
  const backoffFactor = positive(env, 'MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR');
  const token = env['MLFLOW_TRACKING_TOKEN'];
  return {
    uri: address.uri,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(token !== undefined && token !== '' && { token }),
    ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
    ...(maxRetries !== undefined && { maxRetries }),
    ...(backoffFactor !== undefined && { backoffFactor }),
    ...(isNo(env, 'MLFLOW_ALLOW_HTTP_REDIRECTS') && { followRedirects: false }),
    ...(isSet(env, 'MLFLOW_TRACKING_INSECURE_TLS') && !isNo(env, 'MLFLOW_TRACKING_INSECURE_TLS') && { insecureTls: true }),
    ...(isSet(env, 'MLFLOW_TRACKING_SERVER_CERT_PATH') && { ca: pem(env, 'MLFLOW_TRACKING_SERVER_CERT_PATH') }),
    ...(isSet(env, 'MLFLOW_TRACKING_CLIENT_CERT_PATH') && { clientCertificate: pem(env, 'MLFLOW_TRACKING_CLIENT_CERT_PATH') }),
  };
}

function isSet(env: Environment, name: string): boolean {
  return env[name] !== undefined && env[name] !== '';
}

function isNo(env: Environment, name: string): boolean {
  return /^(false|0|no)$/i.test(env[name] ?? '');
}

function positive(env: Environment, name: string): number | undefined {
  if (!isSet(env, name)) return undefined;
  const value = Number(env[name]);
  if (!Number.isFinite(value) || value < 0)
    throw new TrackingError('INVALID_PARAMETER_VALUE', `${name} must be a number that is not negative`);
  return value;
}

function pem(env: Environment, name: string): string {
  try {
    return readFileSync(env[name] ?? '', 'utf8');
  } catch (error) {
    throw new TrackingError('INVALID_PARAMETER_VALUE', `the file that ${name} names cannot be read`, { cause: error });
  }
}
