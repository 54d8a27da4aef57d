/** Reading a located tree in checks: typed looks at values that may be absent or wrong, and diagnostics at their place. */
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostic, RelatedSpan, Severity, Span } from '../diagnostics/diagnostic.ts';
import { findNode, isUnknown, type LocatedNode, locate, type Path } from './located.ts';

export interface Remark {
  readonly code: DiagnosticCode;
  readonly path: Path;
  /** A bad value is shown at the value, an unwanted key at the key. */
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly severity?: Severity;
  /** The recipe is sound but asks for what cannot be done here yet: a warning, and an error when it is to be run. */
  readonly stopsRun?: true;
  readonly label?: string | undefined;
  readonly hint?: string | undefined;
  readonly related?: readonly RelatedSpan[];
}

export class RecipeView {
  readonly tree: LocatedNode;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #unavailable: Diagnostic[] = [];
  /** Where errors were reported. */
  readonly #wrong = new Set<string>();

  constructor(tree: LocatedNode) {
    this.tree = tree;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** What stops a run although the recipe is valid. Each is among the diagnostics too, as a warning. */
  get unavailable(): readonly Diagnostic[] {
    return this.#unavailable;
  }

  /** The node, unless it is absent, empty or unknown. */
  find(...path: Path): LocatedNode | undefined {
    const node = findNode(this.tree, path);
    return node === undefined || node.kind === 'hole' || (node.kind === 'scalar' && node.value === null) ? undefined : node;
  }

  /** Whether an error was reported at this value. */
  hasErrorAt(path: Path): boolean {
    return this.#wrong.has(placeOf(locate(this.tree, path, 'value').span));
  }

  has(...path: Path): boolean {
    return this.find(...path) !== undefined;
  }

  /** Whether nothing certain can be said of this value, because a mistake in it was reported already. */
  isUnknown(...path: Path): boolean {
    return isUnknown(this.tree, path);
  }

  text(...path: Path): string | undefined {
    const node = this.find(...path);
    return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
  }

  /** A text as messages may show it: a reference instead of what it stands for. */
  shown(...path: Path): string | undefined {
    const node = this.find(...path);
    return node?.kind === 'scalar' && node.written !== undefined ? node.written : this.text(...path);
  }

  /** Whether the value came from the environment, as a secret. */
  isSecret(...path: Path): boolean {
    const node = this.find(...path);
    return node?.kind === 'scalar' && node.isSecret === true;
  }

  flag(...path: Path): boolean | undefined {
    const node = this.find(...path);
    return node?.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : undefined;
  }

  /** Indices of a list; none when it is no list. */
  indices(...path: Path): readonly number[] {
    const node = this.find(...path);
    return node?.kind === 'list' ? node.items.map((_, index) => index) : [];
  }

  /** Names in a mapping; none when it is no mapping. */
  names(...path: Path): readonly string[] {
    const node = this.find(...path);
    return node?.kind === 'map' ? [...node.entries.keys()] : [];
  }

  report({ code, path, at, message, severity = 'error', label, hint, related = [], stopsRun }: Remark): void {
    const found = locate(this.tree, path, at);
    const all = [...found.related, ...related];
    const diagnostic: Diagnostic = {
      code,
      severity: stopsRun === true ? 'warning' : severity,
      message,
      span: found.span,
      ...(label !== undefined && { label }),
      ...(all.length > 0 && { related: all }),
      ...(hint !== undefined && { hint }),
    };
    this.#diagnostics.push(diagnostic);
    if (diagnostic.severity === 'error') this.#wrong.add(placeOf(found.span));
    if (stopsRun === true) this.#unavailable.push({ ...diagnostic, severity: 'error' });
  }
}

/** Two values begin at one place only when one of them begins the other. */
function placeOf({ file, start }: Span): string {
  return `${start} ${file}`;
}
