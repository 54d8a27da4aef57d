import { describe, expect, it } from 'vitest';
import { artifactUriOf, localArtifactPath, parseTrackingUri } from '../../../src/tracking/uri.ts';

const refusal = (uri: string): string => {
  try {
    return JSON.stringify(parseTrackingUri(uri, '/project'));
  } catch (error) {
    return (error as Error).message;
  }
};

describe('parseTrackingUri', () => {
  it('takes relative databases from the root and absolute ones as they are', () => {
    expect(parseTrackingUri('sqlite:///mlflow.db', '/project')).toEqual({
      kind: 'sqlite',
      uri: 'sqlite:///mlflow.db',
      path: '/project/mlflow.db',
    });
    expect(parseTrackingUri('sqlite:///../shared/a b.db', '/project')).toMatchObject({ path: '/shared/a b.db' });
    expect(parseTrackingUri('sqlite:////data/mlflow.db', '/project')).toMatchObject({ path: '/data/mlflow.db' });
  });

  it('keeps credentials out of the address of a server', () => {
    expect(parseTrackingUri('https://ada:p%40ss@mlflow.example:8443/prefix/?x=1', '/')).toEqual({
      kind: 'http',
      uri: 'https://mlflow.example:8443/prefix',
      username: 'ada',
      password: 'p@ss',
    });
    expect(parseTrackingUri('http://localhost:5000/', '/')).toEqual({ kind: 'http', uri: 'http://localhost:5000' });
  });

  it('says what to use instead of what it does not know', () => {
    expect(refusal('mlruns')).toBe(
      "`mlruns` is a folder, and MLflow's file store is not supported; use `sqlite:///mlflow.db` or the address of an MLflow server",
    );
    expect(refusal('file:///tmp/mlruns')).toBe(
      "`file:///tmp/mlruns` is a folder, and MLflow's file store is not supported; use `sqlite:///mlflow.db` or the address of an MLflow server",
    );
    expect(refusal('sqlite://')).toBe('`sqlite://` names no database file; write `sqlite:///relative.db` or `sqlite:////absolute/path.db`');
    expect(refusal('sqlite:///:memory:')).toBe(
      '`sqlite:///:memory:` names no database file; write `sqlite:///relative.db` or `sqlite:////absolute/path.db`',
    );
    // The address may hold a password, so it is not repeated.
    expect(refusal('postgresql://user:secret@db/mlflow')).toBe(
      'tracking to `postgresql` is not supported; use `sqlite:///mlflow.db`, or start an MLflow server on that database and give its `http://` address',
    );
    expect(refusal('http://user:secret@')).toBe('the tracking URI is not a valid http address');
  });
});

describe('artifact URIs', () => {
  it('are paths where that is unambiguous, and read back as the same folder', () => {
    for (const path of ['/a/b c', '/a/größe', '/a/100%', '/a/b#c', '/a/b?c'])
      expect(localArtifactPath(artifactUriOf(path), '/root')).toBe(path);
    expect(artifactUriOf('/a/b c')).toBe('/a/b c');
    expect(artifactUriOf('/a/100%')).toBe('file:///a/100%25');
  });

  it('are taken from the root when relative, as older MLflow wrote them', () => {
    expect(localArtifactPath('./mlruns/1', '/root')).toBe('/root/mlruns/1');
    expect(localArtifactPath('file:mlruns/1', '/root')).toBe('/root/mlruns/1');
    expect(localArtifactPath('s3://bucket/1', '/root')).toBeUndefined();
    expect(localArtifactPath('mlflow-artifacts:/1', '/root')).toBeUndefined();
  });
});
