/**
 * Markup that this folder drew. It is the only thing a template may print unescaped, so it is a
 * class with a private field: a type brand would vanish at run time. Only `draw.ts` may make one.
 */
export class SafeSvg {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  /** The markup of a drawing; throws for anything else, even if it has the same shape. */
  static markupOf(value: unknown): string {
    if (typeof value !== 'object' || value === null || !(#markup in value)) {
      throw new TypeError('only a drawing of the charts folder may be printed unescaped');
    }
    return value.#markup;
  }
}
