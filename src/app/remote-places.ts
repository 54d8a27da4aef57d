/** The addresses at which a run's data lie, with their places in the recipe. */
import { isAddress } from '../recipe/address.ts';
import { keptFile } from './kept-data.ts';
import type { Project } from './project.ts';

export interface RemotePlace {
  readonly location: string;
  /** Path of the location in the recipe. */
  readonly at: readonly string[];
}

export type RecipePart = 'training' | 'scoring';

/** Each address once. */
export function remotePlaces({ loaded }: Project, part: RecipePart): readonly RemotePlace[] {
  const { ingest, ingest_scoring: scoring, split } = loaded.recipe.steps;
  const places =
    part === 'scoring'
      ? placesOf(scoring?.location ?? [], ['steps', 'ingest_scoring', 'location'])
      : [
          ...placesOf(ingest.location, ['steps', 'ingest', 'location']),
          ...(split.using === 'files'
            ? (['validation', 'test'] as const).flatMap((name) => placesOf(split[name], ['steps', 'split', name]))
            : []),
        ];
  return [...new Map(places.map((place) => [place.location, place])).values()];
}

/** Whether a run has to ask another machine before it can begin. */
export function needsFetching(project: Project, part: RecipePart, refresh: boolean): boolean {
  return remotePlaces(project, part).some(({ location }) => refresh || keptFile(project.paths.root, location) === undefined);
}

function placesOf(locations: readonly string[], at: readonly string[]): readonly RemotePlace[] {
  return locations.flatMap((location, index) =>
    isAddress(location) ? [{ location, at: locations.length === 1 ? at : [...at, String(index)] }] : [],
  );
}
