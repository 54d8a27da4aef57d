/** The schema of what lies around the steps and can change no result: the shared cache, and what a machine gives. Data. */
import type { JsonObject } from '../../schema/json.ts';
import { DEFAULTS } from '../vocabulary.ts';
import { flag, integer, mapping, text } from './define.ts';

export const cache: JsonObject = mapping(
  {
    location: text('A folder, `http(s)://…`, or `s3://BUCKET/PREFIX`.', {
      examples: ['/mnt/team/recipe-cache', 'https://cache.example.org/recipes', 's3://team-cache/recipes'],
    }),
    write: flag('Whether results of this machine are written there. Reading is always allowed.', DEFAULTS.cache.write),
    region: text('s3: the region of the bucket. `AWS_REGION` when absent, then `us-east-1`.', { examples: ['eu-central-1'] }),
    endpoint: text('s3: the address of a server other than that of Amazon.', { examples: ['https://minio.example.org'] }),
    access_key_id: text(`s3: who asks. \`AWS_ACCESS_KEY_ID\` when absent.`, { examples: [`\${env:CACHE_KEY_ID}`] }),
    secret_access_key: text('s3: the key that belongs to `access_key_id`. `AWS_SECRET_ACCESS_KEY` when absent.'),
    session_token: text('s3: for credentials that expire. `AWS_SESSION_TOKEN` when absent.'),
    user: text('http: a user, with `password`.'),
    password: text('http: the password of `user`.', { examples: [`\${env:CACHE_PASSWORD}`] }),
    token: text('http: sent as `Authorization: Bearer …`.', { examples: [`\${env:CACHE_TOKEN}`] }),
    secret: text('Entries are signed with it when written, and only signed ones are taken.', { examples: [`\${env:CACHE_SECRET}`] }),
  },
  'A cache that several machines share. What is not here is looked for there, and checked before it is used.',
  { required: ['location'] },
);

export const resources: JsonObject = mapping(
  {
    workers: integer('How many steps may run at the same time. The number of processors, at most 4, when absent.', {
      minimum: 1,
      maximum: 64,
    }),
    memory: {
      type: ['string', 'integer'],
      description:
        'How much memory the process of one step may hold before it is stopped. Nine tenths of what the machine has when absent.',
      examples: ['4GB', '800MB'],
    },
    threads: integer(
      'How many threads one step may use. `RECIPE_THREADS` when absent, else one for each processor, or as many as the quota of a container allows.',
      {
        minimum: 1,
        maximum: 1024,
      },
    ),
    memory_limit: {
      type: ['string', 'integer'],
      description:
        'How much of `memory` the data engine may fill before it writes to `temporary_folder`. Six tenths of `memory` when absent, or, without it, eight tenths of what the machine has.',
      examples: ['1GB', '600MB'],
    },
    temporary_folder: text('Where tables larger than memory go while a step runs. A folder in `.recipe` when absent.', {
      examples: ['/scratch'],
    }),
  },
  'What the steps may use. Changes no result.',
);
