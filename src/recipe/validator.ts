/** What the compiled validator looks like from outside; the generator writes the rest. */
/** One violation, as the validator reports it. */
export interface Violation {
  readonly keyword: string;
  /** JSON pointer to the value. */
  readonly instancePath: string;
  readonly params: {
    readonly additionalProperty?: string;
    readonly missingProperty?: string;
    readonly [name: string]: unknown;
  };
  /** JSON pointer into the schema, to the keyword that the value breaks. */
  readonly schemaPath: string;
}

export interface RecipeValidator {
  (data: unknown): boolean;
  errors?: readonly Violation[] | null;
}
