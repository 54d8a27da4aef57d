/**
 * The URIs of MLflow: which store a tracking URI means, and where an artifact URI points. No file
 * is touched here.
 */
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TrackingError } from './ports.ts';

export type TrackingAddress =
  /** `uri` is as the user wrote it: with a relative path it is the same in every checkout. */
  | { readonly kind: 'sqlite'; readonly uri: string; readonly path: string }
  /** `uri` has neither user name, password, query nor trailing slash. */
  | { readonly kind: 'http'; readonly uri: string; readonly username?: string; readonly password?: string };

export const DEFAULT_TRACKING_URI = 'sqlite:///mlflow.db';
export const DEFAULT_ARTIFACT_FOLDER = 'mlartifacts';

/** The scheme of a URI in lower case; `undefined` for a path, `C:\folder` included. */
export function schemeOf(uri: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]+):/.exec(uri)?.[1]?.toLowerCase();
}

/** Relative SQLite paths are taken from `root`. */
export function parseTrackingUri(uri: string, root: string): TrackingAddress {
  const scheme = schemeOf(uri);
  if (scheme === 'http' || scheme === 'https') return httpAddress(uri);
  if (scheme === 'sqlite') {
    const path = /^sqlite:\/\/\/([^?#]+)$/i.exec(uri)?.[1];
    if (path === undefined || path.startsWith(':memory:')) {
      return unsupported(`\`${uri}\` names no database file; write \`sqlite:///relative.db\` or \`sqlite:////absolute/path.db\``);
    }
    return { kind: 'sqlite', uri, path: resolve(root, path) };
  }
  if (scheme === undefined || scheme === 'file') {
    return unsupported(
      `\`${uri}\` is a folder, and MLflow's file store is not supported; use \`${DEFAULT_TRACKING_URI}\` or the address of an MLflow server`,
    );
  }
  return unsupported(
    `tracking to \`${scheme}\` is not supported; use \`${DEFAULT_TRACKING_URI}\`, or start an MLflow server on that database and give its \`http://\` address`,
  );
}

function httpAddress(text: string): TrackingAddress {
  if (!URL.canParse(text)) return unsupported('the tracking URI is not a valid http address');
  const url = new URL(text);
  const username = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  return {
    kind: 'http',
    uri: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
  };
}

function unsupported(message: string): never {
  throw new TrackingError('INVALID_PARAMETER_VALUE', message);
}

/** The folder that an artifact URI means on this machine; `undefined` when it lies elsewhere. */
export function localArtifactPath(uri: string, root: string): string | undefined {
  const scheme = schemeOf(uri);
  if (scheme === undefined) return resolve(root, uri);
  if (scheme !== 'file') return undefined;
  return uri.slice(5).startsWith('/') ? fileURLToPath(uri) : resolve(root, uri.slice(5));
}

/** A local folder as MLflow reads it back: a plain path where that is unambiguous, else `file://`. */
export function artifactUriOf(path: string): string {
  return process.platform === 'win32' || /[#?%]/.test(path) ? pathToFileURL(path).href : path;
}

export function joinUri(uri: string, ...parts: readonly string[]): string {
  return [uri.replace(/\/+$/, ''), ...parts.filter((part) => part !== '')].join('/');
}
