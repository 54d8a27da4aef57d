/** Keeps values from the environment out of everything that is shown or stored. */

/** Every secret in the text replaced; longer ones first, since one may contain another. */
export function redact(text: string, secrets: readonly string[]): string {
  const ordered = [...secrets].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return ordered.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}
