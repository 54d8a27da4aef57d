/** `s3://` locations against moto, by `MOTO_PYTHON`: signed, found, refused, asked again. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchData } from '../../src/app/fetch/fetch-data.ts';
import { requestOf } from '../../src/app/fetch/request.ts';
import { keptFile } from '../../src/app/kept-data.ts';
import { openProject, type Project } from '../../src/app/project.ts';
import { startMoto } from '../support/moto.ts';
import { tempFolder } from '../support/temp-folder.ts';

function project(location: string, env: Readonly<Record<string, string>>): Project {
  const root = tempFolder();
  mkdirSync(join(root, 'profiles'));
  writeFileSync(
    join(root, 'recipe.yaml'),
    `recipe: regression/v1\ntarget_col: price\nsteps: {ingest: {using: csv, location: "${location}"}}\n`,
  );
  const opened = openProject({ from: root, env });
  if (!opened.ok) throw new Error(opened.diagnostics.map(({ message }) => message).join('\n'));
  return opened.value;
}

test('an object is fetched, kept, and asked for again', async () => {
  const endpoint = await startMoto();
  const env = { AWS_ENDPOINT_URL_S3: endpoint, AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };
  expect((await fetch(`${endpoint}/houses`, { method: 'PUT' })).status).toBe(200);
  const key = 'team data/häuser (1)+2.csv';
  const { url } = requestOf(`s3://houses/${key}`, { env });
  expect((await fetch(url, { method: 'PUT', body: 'area,price\n1,2\n' })).status).toBe(200);

  const one = project(`s3://houses/${key}`, env);
  expect(await fetchData(one, { refresh: false })).toMatchObject({ ok: true });
  const kept = keptFile(one.paths.root, `s3://houses/${key}`);
  expect(readFileSync(kept?.path ?? '', 'utf8')).toBe('area,price\n1,2\n');
  const ends: (string | undefined)[] = [];
  await fetchData(one, { refresh: true, onProgress: ({ end }) => void ends.push(end) });
  expect(ends.at(-1)).toBe('unchanged');

  const none = await fetchData(project('s3://houses/none.csv', env), { refresh: false });
  expect(none.ok ? '' : none.diagnostics[0]?.message).toBe('`s3://houses/none.csv` cannot be fetched: the server answered 404 Not Found');
});
