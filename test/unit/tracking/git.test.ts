import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGit, withoutCredentials } from '../../../src/tracking/git.ts';
import { runTags } from '../../../src/tracking/run-tags.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function repository(): { readonly folder: string; readonly git: (...args: readonly string[]) => string } {
  const folder = tempFolder();
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false', ...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  git('init', '--quiet', '--initial-branch=trunk');
  return { folder, git };
}

describe('readGit', () => {
  it('is silent outside a repository and before the first commit', async () => {
    expect(await readGit(tempFolder())).toBeUndefined();
    expect(await readGit(repository().folder)).toBeUndefined();
  });

  it('tells commit, branch, changes and origin', async () => {
    const { folder, git } = repository();
    writeFileSync(join(folder, 'a'), '1');
    git('add', 'a');
    git('commit', '--quiet', '-m', 'first');
    const commit = git('rev-parse', 'HEAD');
    expect(await readGit(folder)).toEqual({ commit, branch: 'trunk', isDirty: false });
    writeFileSync(join(folder, 'a'), '2');
    git('remote', 'add', 'origin', 'https://ada:p@ss@example.com/r.git');
    git('checkout', '--quiet', '--detach');
    expect(await readGit(folder)).toEqual({ commit, isDirty: true, repoUrl: 'https://example.com/r.git' });
  });
});

describe('withoutCredentials', () => {
  it('removes passwords and keeps the user of ssh', () => {
    expect(withoutCredentials('https://token@example.com/r')).toBe('https://example.com/r');
    expect(withoutCredentials('ssh://git@example.com:22/r')).toBe('ssh://git@example.com:22/r');
    expect(withoutCredentials('ssh://git:pw@example.com/r')).toBe('ssh://git@example.com/r');
    expect(withoutCredentials('git@example.com:a/b.git')).toBe('git@example.com:a/b.git');
  });
});

describe('runTags', () => {
  it('has the names of MLflow', () => {
    const origin = { root: '/project', user: 'ada', template: 'regression/v1' };
    expect(runTags(origin)).toEqual({
      'mlflow.user': 'ada',
      'mlflow.source.type': 'RECIPE',
      'mlflow.source.name': '/project',
      'mlflow.pipeline.template.name': 'regression/v1',
    });
    const git = { commit: 'c0ffee', branch: 'main', isDirty: true, repoUrl: 'https://example.com/r' };
    expect(runTags({ ...origin, profile: 'local', step: 'train', git })).toEqual({
      'mlflow.user': 'ada',
      'mlflow.source.type': 'RECIPE',
      'mlflow.source.name': 'https://example.com/r',
      'mlflow.pipeline.template.name': 'regression/v1',
      'mlflow.pipeline.profile.name': 'local',
      'mlflow.pipeline.step.name': 'train',
      'mlflow.source.git.commit': 'c0ffee',
      'mlflow.source.git.branch': 'main',
      'mlflow.source.git.dirty': 'true',
      'mlflow.source.git.repoURL': 'https://example.com/r',
      'mlflow.gitRepoURL': 'https://example.com/r',
    });
  });
});
