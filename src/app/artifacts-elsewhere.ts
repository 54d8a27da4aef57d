/**
 * A database that was copied or moved with its project names the folders of the old place: artifacts
 * would go on to be written there, into somebody else's project. Said at the start of a recording.
 */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { localArtifactPath, parseTrackingUri } from '../tracking/uri.ts';

export interface ArtifactPlace {
  /** Absolute path of the recipe's folder. */
  readonly root: string;
  /** As configured, credentials included: nothing of it is printed unless it is a file. */
  readonly trackingUri: string;
  /** Where the artifacts of a run go, as the store says it. */
  readonly artifactUri: string;
  /** `experiment.artifact_location`: whoever names a folder elsewhere means it. */
  readonly wanted: string | undefined;
}

/** The warning, when the database lies in this project and its artifacts go to a folder that does not. */
export function artifactsElsewhere({ root, trackingUri, artifactUri, wanted }: ArtifactPlace): Diagnostic | undefined {
  const address = parseTrackingUri(trackingUri, root);
  if (address.kind !== 'sqlite') return undefined;
  const artifacts = folderOf(artifactUri, root);
  if (artifacts === undefined) return undefined;
  const places = [root, real(root)];
  const isHere = (file: string): boolean => [file, real(file)].some((one) => places.some((place) => isInside(place, one)));
  if (!isHere(address.path) || isHere(artifacts)) return undefined;
  const named = wanted === undefined ? undefined : folderOf(wanted, root);
  if (named !== undefined && [named, real(named)].some((folder) => isInside(folder, artifacts) || isInside(folder, real(artifacts))))
    return undefined;
  // A run has its own folder, and in it one for artifacts.
  const folder = path.dirname(path.dirname(artifacts));
  return {
    code: 'artifacts-elsewhere',
    severity: 'warning',
    message: `the runs are recorded in \`${address.path}\`, and their artifacts are written to \`${folder}\`, outside of this project`,
    hint: `if the project was copied or moved, give \`experiment.name\` a new name, whose artifacts will lie here; if the folder is meant, name it in \`experiment.artifact_location\``,
  };
}

/** `undefined` also for an address that is none here, such as `file://host/share` on POSIX: writing there says so. */
function folderOf(uri: string, root: string): string | undefined {
  try {
    return localArtifactPath(uri, root);
  } catch {
    return undefined;
  }
}

/** The folder itself counts. `rules` are those of the system that the paths belong to. */
export function isInside(folder: string, file: string, rules: path.PlatformPath = path): boolean {
  const steps = rules.relative(folder, file);
  // Another drive has no way there; a name may begin with two dots.
  return !rules.isAbsolute(steps) && steps.split(rules.sep)[0] !== '..';
}

/** Without links, as far as the path exists: a root may have been given by a link, or lie behind one. */
function real(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(real(parent), path.basename(file));
  }
}
