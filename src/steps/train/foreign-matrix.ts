/**
 * Matrices of ml-matrix, for the libraries of its family that take nothing else. It comes with them,
 * and without them nobody asks for it.
 */

export interface MatrixModule {
  readonly Matrix: (new (rows: number[][]) => object) & { columnVector(values: number[]): object };
}

const NAME: string = 'ml-matrix';

export async function loadMatrix(): Promise<MatrixModule | undefined> {
  try {
    return (await import(NAME)) as MatrixModule;
  } catch {
    return undefined;
  }
}

/** What a library does that is given rows where it wants a matrix: it calls one of a matrix's methods. */
export function wantsMatrix(error: unknown): boolean {
  return error instanceof TypeError && / is not a function/.test(error.message);
}
