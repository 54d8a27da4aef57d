/** The name under which the check of locations tells the format of an input of a query. */
export function inputReader(name: string): string {
  return `ingest.inputs.${name}`;
}
