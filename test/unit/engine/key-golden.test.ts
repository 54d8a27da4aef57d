/**
 * The format of keys, pinned with made-up digests, so that neither a new step nor a new DuckDB changes anything here.
 * The same on every platform, in every locale and time zone.
 */
import { describe, expect, test } from 'vitest';
import { asTaskName, folderDigest, sha256Hex } from '../../../src/engine/digest.ts';
import { KEY_VERSION, keyOf } from '../../../src/engine/key.ts';
import type { KeyFields } from '../../../src/engine/ports.ts';

const MEANT = `the format of keys is another one: every stored and shared result is lost to all users. If that is meant,
raise KEY_VERSION in src/engine/key.ts, write an entry with "keys change" into CHANGELOG.md, and put the new values here`;

const bare: KeyFields = { implementation: sha256Hex('x'), params: null, inputs: [], userCode: [], environment: {}, env: {}, seed: 0 };
const ingest = { name: asTaskName('ingest'), outputs: ['rows.parquet'] };

const full: KeyFields = {
  implementation: sha256Hex('train, built'),
  params: { estimator: 'trees', estimator_params: { learning_rate: 0.1, depth: 6 }, classes: ['a', 'b'], weight: null },
  inputs: [
    { role: 'train', label: 'split train.parquet', digest: sha256Hex('train rows') },
    { role: 'validation', label: 'split validation.parquet', digest: sha256Hex('validation rows') },
  ],
  userCode: [
    { file: 'steps/train.ts', digest: sha256Hex('bundle') },
    { file: 'steps/metrics.ts', digest: sha256Hex('other bundle') },
  ],
  environment: { duckdb: '1.5.6', libsql: '0.5.29' },
  env: { REGION: 'eu', LEVEL: '' },
  seed: 7,
};
const train = { name: asTaskName('train'), outputs: ['model', 'metrics.json'] };

describe('the format of keys', () => {
  test('its version', () => expect(KEY_VERSION, MEANT).toBe(1));

  test('the text that is hashed, written out', () => {
    const text = [
      'o10:',
      's3:envo0:',
      's11:environmento0:',
      `s14:implementations64:${sha256Hex('x')}`,
      's6:inputso0:',
      's7:outputsa1:s12:rows.parquet',
      's6:paramsn',
      's4:seedd1:0',
      's4:tasks6:ingest',
      's8:userCodeo0:',
      's7:versiond1:1',
    ].join('');
    expect(keyOf(ingest, bare), MEANT).toBe(sha256Hex(text));
  });

  test.each<[string, Partial<KeyFields>, string]>([
    ['nothing', {}, 'dc25317050c9d58a8c0b0dd1355ed91a32c3fd763522e3b24bd9ceea8a091789'],
    [
      'numbers',
      { params: [0, -0, 1, -1.5, 0.1, 1e21, 1e-7, 5e-324, 2 ** 53] },
      'adbfe5848dd8590cdd3a4b4a7c9060c17fce9858ee4ba305fa2c0c9c0bb2b9df',
    ],
    [
      'texts',
      { params: ['', 'ä', 'a\u0308', '日本', '🌲', '\ud83c', '\u0000', '1', 'true'] },
      'a2934038722b6eee9bd67a8991da48be5fe98410db9775145b1123f61a742465',
    ],
    [
      'other values',
      { params: [true, false, null, [], {}, [[]], { a: {} }] },
      'ef84842154f548b68410623617e300a04a6b3eb76398ebee9f04275e54fcaa56',
    ],
    [
      'names in code-unit order',
      { params: { Z: 1, a: 2, ä: 3, '10': 4, '9': 5, '🌲': 6, '\uffff': 7, '': 8 } },
      '9bab58842f0eeaa311a9707f1be829ca5e71c61a04fd3344e71644bb8b93a439',
    ],
    ['seed', { seed: 4_294_967_295 }, '2370366420889224c33e7555ffb5bb0ab1fa6047305ca1dfbbebb738d6f99096'],
  ])('%s', (_what, change, key) => {
    expect(keyOf(ingest, { ...bare, ...change }), MEANT).toBe(key);
  });

  test('every field', () => expect(keyOf(train, full), MEANT).toBe('4becc1f060b63d0d8bb86a86d169f2e0203a0a803482d1fdea5d031c8c133623'));

  test('the digest of a folder', () => {
    const files = [
      { path: 'MLmodel', digest: sha256Hex('yaml') },
      { path: 'data/größe.bin', digest: sha256Hex('trees') },
    ];
    expect([folderDigest([]), folderDigest(files)], MEANT).toEqual([
      '8a2fc507f38c93f94d3f315051bf55e39de628593d15a1b450c0f66d91b3c760',
      '12c821ac8d4700ba3815b6a9bb061e3bf4d1805fe6bbfb8f51954b179541aa65',
    ]);
  });
});
