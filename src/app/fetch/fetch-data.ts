/**
 * Brings what `steps.ingest` names at other machines into the workspace: fetched once, kept by digest, and
 * asked for again by `--refresh` alone. From then on it is a file like others. Loaded by need.
 */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Diagnostic, DiagnosticError, failed, ok, type Result } from '../../diagnostics/diagnostic.ts';
import { addressKind, addressPath, partsOfAddress, pinOf } from '../../recipe/address.ts';
import { writeAtomically } from '../../store/atomic-file.ts';
import { nodeFileSystem } from '../../store/node-file-system.ts';
import { bytesPath, type KeptRecord, keptFile, keptFolder, readRecord, recordPath } from '../kept-data.ts';
import type { Project } from '../project.ts';
import { type RecipePart, remotePlaces } from '../remote-places.ts';
import { remoteLabel } from '../sources.ts';
import { type Downloaded, download } from './download.ts';
import { databaseFailure, interruption, refusal } from './fetch-failure.ts';
import { requestOf } from './request.ts';

export interface FetchOptions {
  /** Ask again for what is here. */
  readonly refresh: boolean;
  /** `training` when absent. */
  readonly part?: RecipePart;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FetchProgress) => void;
}

export interface FetchProgress {
  /** As the address may be shown. */
  readonly label: string;
  readonly doneBytes: number;
  readonly totalBytes?: number;
  readonly end?: 'fetched' | 'unchanged';
}

/** Every address that fails is told. Nothing is asked of one that is here, without `refresh`. */
export async function fetchData(project: Project, options: FetchOptions): Promise<Result<void>> {
  const { root } = project.paths;
  const diagnostics: Diagnostic[] = [];
  for (const { location, at } of remotePlaces(project, options.part ?? 'training')) {
    const kept = keptFile(root, location);
    // A pinned digest names the very bytes, so there is nothing to ask.
    if (kept !== undefined && (!options.refresh || pinOf(location) !== undefined)) continue;
    const told = await fetchOne(project, location, options);
    if (told === undefined) continue;
    const place = project.loaded.place(at, 'value');
    diagnostics.push({ severity: 'error', ...told, span: place.span, ...(place.related.length > 0 && { related: place.related }) });
    if (options.signal?.aborted === true) break;
  }
  return diagnostics.length > 0 ? failed(diagnostics) : ok(undefined);
}

async function fetchOne(
  project: Project,
  location: string,
  { refresh, signal, onProgress }: FetchOptions,
): Promise<Pick<Diagnostic, 'code' | 'message' | 'hint'> | undefined> {
  const { root } = project.paths;
  const label = remoteLabel(location, project.loaded.written);
  const kind = addressKind(location) ?? 'http';
  const folder = keptFolder(root);
  mkdirSync(folder, { recursive: true });
  const ignore = join(project.paths.dot, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  const draft = join(folder, `draft-${process.pid}-${recordPath(root, location).slice(-37, -5)}`);
  const kept = refresh ? keptFile(root, location)?.record : undefined;
  if (kind === 'postgresql') return fetchDatabase(project, location, { label, draft, kept, signal, onProgress });
  const request = requestOf(location, project);
  let answer: Downloaded;
  try {
    onProgress?.({ label, doneBytes: 0 });
    answer = await download({
      ...request,
      draft,
      ...(kept !== undefined && { known: kept }),
      ...(signal !== undefined && { signal }),
      onProgress: (doneBytes, totalBytes) => onProgress?.({ label, doneBytes, ...(totalBytes !== undefined && { totalBytes }) }),
    });
    if (answer.kind === 'refused') {
      const told = refusal(label, kind, answer.status, answer.headers);
      return { code: 'fetch-failed', ...told, ...(kept !== undefined && keptHint(kept)) };
    }
    if (answer.kind === 'unchanged') {
      if (kept !== undefined) writeRecord(root, location, { ...kept, fetchedAt: Date.now() });
      onProgress?.({ label, doneBytes: kept?.sizeBytes ?? 0, end: 'unchanged' });
      return undefined;
    }
    const wrong = mistaken(label, location, answer);
    if (wrong !== undefined) return wrong;
    keep(root, location, draft, answer);
    onProgress?.({ label, doneBytes: answer.sizeBytes, end: 'fetched' });
    return undefined;
  } catch (error) {
    if (signal?.aborted === true) return { code: 'fetch-failed', message: `fetching \`${label}\` was interrupted` };
    const told = interruption(label, request.url.host, error);
    return { code: 'fetch-failed', ...told, ...(kept !== undefined && keptHint(kept)) };
  } finally {
    rmSync(draft, { force: true });
  }
}

function keptHint({ fetchedAt }: KeptRecord): { readonly hint: string } {
  return { hint: `without \`--refresh\` the copy of ${new Date(fetchedAt).toISOString().slice(0, 10)} is used` };
}

/** Bytes that were not meant: another digest than the pinned one, or a page where a table should be. */
function mistaken(
  label: string,
  location: string,
  { sha256, head }: Extract<Downloaded, { kind: 'fetched' }>,
): Pick<Diagnostic, 'code' | 'message' | 'hint'> | undefined {
  const pin = pinOf(location);
  if (pin !== undefined && pin !== sha256)
    return {
      code: 'digest-mismatch',
      message: `\`${label}\` has other bytes than those pinned: its digest is ${sha256}`,
      hint: 'the file at the address has changed; pin the new digest when that is right',
    };
  const start = Buffer.from(head).toString('latin1').trimStart().slice(0, 15).toLowerCase();
  if ((start.startsWith('<!doctype html') || start.startsWith('<html')) && !/\.html?$/iu.test(addressPath(location)))
    return {
      code: 'fetch-failed',
      message: `\`${label}\` gave a web page instead of data`,
      hint: 'open the address in a browser: it may ask to log in, or show the file instead of giving it; name the address of the raw file',
    };
  return undefined;
}

interface DatabaseFetch {
  readonly label: string;
  readonly draft: string;
  readonly kept: KeptRecord | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: FetchOptions['onProgress'];
}

/** Nobody can know beforehand whether a database has changed, so that it is always read anew when it is asked. */
async function fetchDatabase(
  project: Project,
  location: string,
  { label, draft, kept, signal, onProgress }: DatabaseFetch,
): Promise<Pick<Diagnostic, 'code' | 'message' | 'hint'> | undefined> {
  const { fetchTable } = await import('./postgresql.ts');
  try {
    onProgress?.({ label, doneBytes: 0 });
    const found = await fetchTable({
      location,
      draft,
      ...(signal !== undefined && { signal }),
      onProgress: (doneBytes) => onProgress?.({ label, doneBytes }),
    });
    keep(project.paths.root, location, draft, found);
    onProgress?.({ label, doneBytes: found.sizeBytes, end: found.sha256 === kept?.sha256 ? 'unchanged' : 'fetched' });
    return undefined;
  } catch (error) {
    if (signal?.aborted === true) return { code: 'fetch-failed', message: `reading ${label} was interrupted` };
    if (error instanceof DiagnosticError) return error.diagnostic;
    return { code: 'fetch-failed', ...databaseFailure(label, hostOf(location), error), ...(kept !== undefined && keptHint(kept)) };
  } finally {
    rmSync(draft, { force: true });
  }
}

function hostOf(location: string): string {
  const { host } = new URL(partsOfAddress(location).address);
  return host === '' ? 'this machine' : host;
}

type Kept = Pick<Extract<Downloaded, { kind: 'fetched' }>, 'sha256' | 'sizeBytes' | 'etag' | 'lastModified'> & Pick<KeptRecord, 'types'>;

/** Bytes first, record last: what a record names is there. */
function keep(root: string, location: string, draft: string, answer: Kept): void {
  const { sha256, sizeBytes, etag, lastModified, types } = answer;
  const path = bytesPath(root, location, sha256);
  mkdirSync(dirname(path), { recursive: true });
  // Nobody edits a copy by mistake: what is changed has to be fetched again.
  chmodSync(draft, 0o444);
  nodeFileSystem.rename(draft, path);
  writeRecord(root, location, {
    sha256,
    sizeBytes,
    fetchedAt: Date.now(),
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
    ...(types !== undefined && { types }),
  });
}

function writeRecord(root: string, location: string, record: KeptRecord): void {
  const path = recordPath(root, location);
  writeAtomically(nodeFileSystem, path, Buffer.from(`${JSON.stringify(record)}\n`), { draft: `${path}.${process.pid}`, durable: false });
}

/** When the bytes of an address came, for people. */
export function fetchedOn(root: string, location: string): string | undefined {
  const record = readRecord(root, location);
  return record === undefined ? undefined : new Date(record.fetchedAt).toISOString().slice(0, 10);
}
