/** `cache`: a place that can be opened, credentials that belong together and to the kind of place. */
import type { RecipeView } from '../view.ts';

const S3_KEYS = ['region', 'endpoint', 'access_key_id', 'secret_access_key', 'session_token'] as const;
const HTTP_KEYS = ['user', 'password', 'token'] as const;
/** Written out in a file, they are known to all who can read it. */
const SECRETS = ['secret_access_key', 'session_token', 'password', 'token', 'secret'] as const;
const PAIRS = [
  ['user', 'password'],
  ['access_key_id', 'secret_access_key'],
] as const;

type Kind = 'folder' | 'http' | 's3';

export function checkCache(view: RecipeView): void {
  const location = view.text('cache', 'location');
  if (location === undefined || view.isUnknown('cache', 'location')) return;
  const kind = kindOf(location);
  if (kind === undefined) {
    view.report({
      code: 'bad-value',
      path: ['cache', 'location'],
      at: 'value',
      message: `\`${scheme(location)}://\` is no place for a shared cache`,
      hint: 'name a folder, `http(s)://…` or `s3://BUCKET/PREFIX`',
    });
    return;
  }
  for (const key of kind === 's3' ? [] : S3_KEYS) unusedFor(view, key, 's3://…');
  for (const key of kind === 'http' ? [] : HTTP_KEYS) unusedFor(view, key, 'http(s)://…');
  for (const [one, other] of PAIRS) {
    for (const [key, partner] of [[one, other] as const, [other, one] as const]) {
      if (!view.has('cache', key) || view.has('cache', partner) || view.isUnknown('cache', partner)) continue;
      view.report({ code: 'missing-key', path: ['cache', key], at: 'key', message: `\`cache.${key}\` needs \`cache.${partner}\`` });
    }
  }
  if (view.has('cache', 'token') && view.has('cache', 'user')) {
    view.report({
      code: 'unused-key',
      path: ['cache', 'user'],
      at: 'key',
      severity: 'warning',
      message: '`cache.user` has no effect: `cache.token` comes first',
    });
  }
  for (const key of SECRETS) if (view.text('cache', key) !== undefined && !view.isSecret('cache', key)) openSecret(view, key);
}

function kindOf(location: string): Kind | undefined {
  switch (scheme(location)) {
    case undefined:
    case 'file':
      return 'folder';
    case 'http':
    case 'https':
      return 'http';
    case 's3':
      return 's3';
    default:
      return undefined;
  }
}

/** A drive letter such as `C:` is no scheme. */
function scheme(location: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):/i.exec(location)?.[1]?.toLowerCase();
}

function unusedFor(view: RecipeView, key: string, needed: string): void {
  if (!view.has('cache', key)) return;
  view.report({
    code: 'unused-key',
    path: ['cache', key],
    at: 'key',
    severity: 'warning',
    message: `\`cache.${key}\` has no effect: it needs \`location: ${needed}\``,
  });
}

function openSecret(view: RecipeView, key: string): void {
  view.report({
    code: 'open-secret',
    path: ['cache', key],
    at: 'key',
    severity: 'warning',
    message: `\`cache.${key}\` is written out, for all who can read the file`,
    hint: `take it from the environment, in a profile: \`${key}: \${env:CACHE_${key.toUpperCase()}}\``,
  });
}
