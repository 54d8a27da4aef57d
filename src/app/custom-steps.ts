/**
 * The steps of a recipe: those of its template, and the user's own where `needs` puts them. One that
 * changes the rows or the parts stands in for what it reads, for everything behind it.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';
import type { LoadedRecipe } from '../recipe/load.ts';
import type { CustomStepParams } from '../recipe/recipe.ts';
import { type CustomParams, PART_ROLES, ROWS_ROLE } from '../steps/custom/params.ts';
import type { StepDefinition, StepName } from '../steps/define.ts';
import { isSafePath } from '../store/safe-path.ts';

export interface CustomStep {
  readonly name: string;
  readonly kind: CustomParams['kind'];
  /** The step of the template for which it stands in; with `side`, none. */
  readonly standsFor?: 'ingest' | 'split';
  /** Role → step, output file. */
  readonly reads: StepDefinition['inputs'];
  /** Declared by the recipe. */
  readonly extra: Readonly<Record<string, string>>;
  /** Artifact name → file: all of them. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface ProjectSteps {
  /** In the order in which a person reads them. */
  readonly steps: readonly StepDefinition[];
  readonly custom: ReadonlyMap<string, CustomStep>;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the parts and the rows are called, by the step that makes them. */
const TABLES = { ingest: [ROWS_ROLE], split: PART_ROLES } as const;

export function projectSteps(loaded: LoadedRecipe, template: readonly StepDefinition[]): ProjectSteps {
  const own = loaded.recipe.custom_steps;
  if (Object.keys(own).length === 0) return { steps: template, custom: new Map(), diagnostics: [] };
  return new Arrangement(loaded, template).arrange();
}

class Arrangement {
  readonly #loaded: LoadedRecipe;
  readonly #template: readonly StepDefinition[];
  readonly #own: Readonly<Record<string, CustomStepParams>>;
  readonly #custom = new Map<string, CustomStep>();
  /** Steps whose mistakes are told already. */
  readonly #broken = new Set<string>();
  readonly #diagnostics: Diagnostic[] = [];

  constructor(loaded: LoadedRecipe, template: readonly StepDefinition[]) {
    this.#loaded = loaded;
    this.#template = template;
    this.#own = loaded.recipe.custom_steps;
  }

  arrange(): ProjectSteps {
    const waiting = new Set(Object.keys(this.#own));
    // Each needs others that are known; what is left at the end goes in a circle.
    for (let isMoving = true; isMoving; ) {
      isMoving = false;
      for (const name of waiting) {
        if (producersOf(this.#own[name] as CustomStepParams).some((producer) => waiting.has(producer))) continue;
        waiting.delete(name);
        isMoving = true;
        this.#resolve(name, this.#own[name] as CustomStepParams);
      }
    }
    for (const name of waiting) this.#circle(name, waiting);
    this.#checkStandIns();
    return { steps: this.#ordered(), custom: this.#custom, diagnostics: this.#diagnostics };
  }

  #resolve(name: string, params: CustomStepParams): void {
    const { needs, outputs = {} } = params;
    for (const [output, file] of Object.entries(outputs)) if (!isSafePath(file) || isTaken(file)) this.#badFile(name, output, file);
    if (typeof needs === 'string') {
      const producer = this.#producer(name, needs, ['needs']);
      if (producer === undefined) return;
      const standsFor = this.#tablesOf(needs);
      const tables = standsFor === undefined ? [] : TABLES[standsFor];
      const changes = standsFor !== undefined && (params.outputs === undefined || tables.every((table) => Object.hasOwn(outputs, table)));
      if (!changes && params.outputs === undefined) {
        this.#broken.add(name);
        this.#report(name, ['needs'], {
          code: 'missing-key',
          message: `\`steps.${name}.outputs\` is missing: \`${needs}\` leaves no table that a step could change`,
          hint: 'say what the step leaves, such as `outputs: [report.json]`',
        });
        return;
      }
      if (changes && standsFor !== undefined) {
        const extra = Object.fromEntries(Object.entries(outputs).filter(([output]) => !(tables as readonly string[]).includes(output)));
        const made = outputsOf(this.#template, standsFor);
        const roles = standsFor === 'ingest' ? [ROWS_ROLE] : PART_ROLES;
        const reads = Object.fromEntries(roles.map((role) => [role, { step: needs as StepName, output: made[role] as string }]));
        const kind = standsFor === 'ingest' ? ('rows' as const) : ('parts' as const);
        this.#custom.set(name, { name, kind, standsFor, reads, extra, outputs: { ...made, ...extra } });
        return;
      }
      const reads = Object.fromEntries(Object.entries(producer).map(([role, file]) => [role, { step: needs as StepName, output: file }]));
      this.#custom.set(name, { name, kind: 'side', reads, extra: outputs, outputs });
      return;
    }
    if (params.outputs === undefined) {
      this.#broken.add(name);
      this.#report(name, ['needs'], {
        code: 'missing-key',
        message: `\`steps.${name}.outputs\` is missing: a step that reads several outputs has to say what it leaves`,
        hint: 'such as `outputs: [report.json]`',
      });
      return;
    }
    const reads: Record<string, { readonly step: StepName; readonly output: string }> = {};
    for (const [role, text] of Object.entries(needs)) {
      const [step = '', ...rest] = text.split('.');
      const wanted = rest.join('.');
      const made = this.#producer(name, step, ['needs', role]);
      if (made === undefined) continue;
      const file = Object.hasOwn(made, wanted) ? made[wanted] : Object.values(made).find((one) => one === wanted);
      if (file === undefined) this.#unknownOutput(name, role, step, wanted, Object.keys(made));
      else reads[role] = { step: step as StepName, output: file };
    }
    this.#custom.set(name, { name, kind: 'side', reads, extra: outputs, outputs });
  }

  /** The outputs of a step by name. */
  #producer(name: string, step: string, at: readonly string[]): Readonly<Record<string, string>> | undefined {
    const own = this.#custom.get(step);
    if (own !== undefined) return own.outputs;
    const standard = this.#template.find((definition) => definition.name === step);
    if (standard !== undefined && step !== 'register') return standard.outputs;
    const isBroken = this.#broken.has(step);
    this.#broken.add(name);
    if (isBroken) return undefined;
    const known = [...this.#template.map((definition) => definition.name as string), ...Object.keys(this.#own)].filter(
      (other) => other !== name && other !== 'register',
    );
    const near = closest(step, known);
    this.#report(name, at, {
      code: 'unknown-step',
      message: step === 'register' ? '`register` leaves no outputs that a step could read' : `there is no step \`${step}\``,
      hint: near === undefined ? `the steps are ${listNames(known, 12)}` : `did you mean \`${near}\`?`,
    });
    return undefined;
  }

  /** Whose tables a step leaves: its own, or those for which it stands in. */
  #tablesOf(step: string): 'ingest' | 'split' | undefined {
    return step === 'ingest' || step === 'split' ? step : this.#custom.get(step)?.standsFor;
  }

  /** Each stand-in must have one place in a row. */
  #checkStandIns(): void {
    const byProducer = new Map<string, string>();
    for (const { name, standsFor } of this.#custom.values()) {
      if (standsFor === undefined) continue;
      const producer = this.#own[name]?.needs as string;
      const first = byProducer.get(producer);
      if (first === undefined) byProducer.set(producer, name);
      else
        this.#report(name, ['needs'], {
          code: 'bad-value',
          message: `\`${first}\` and \`${name}\` both change what \`${producer}\` leaves`,
          hint: `chain them: write \`needs: ${first}\` here, or give one of them \`outputs\` of its own`,
        });
    }
  }

  #circle(name: string, waiting: ReadonlySet<string>): void {
    const others = producersOf(this.#own[name] as CustomStepParams).filter((producer) => waiting.has(producer));
    this.#report(name, ['needs'], {
      code: 'bad-value',
      message: others[0] === name ? `\`${name}\` needs itself` : `\`${name}\` needs ${listNames(others)}, and in the end needs itself`,
      hint: 'a step can only need what comes before it',
    });
  }

  #unknownOutput(name: string, role: string, step: string, wanted: string, known: readonly string[]): void {
    const near = closest(wanted, known);
    this.#report(name, ['needs', role], {
      code: 'unknown-artifact',
      message: wanted === '' ? `\`${step}\` is a step, and one of its outputs has to be named` : `\`${step}\` has no output \`${wanted}\``,
      hint:
        near === undefined
          ? `its outputs are ${listNames(known, 12)}; write for example \`${step}.${known[0]}\``
          : `did you mean \`${step}.${near}\`?`,
    });
  }

  #badFile(name: string, output: string, file: string): void {
    this.#report(name, ['outputs', output], {
      code: 'bad-value',
      message: isTaken(file) ? `\`${file}\` is a file that every step leaves` : `\`${file}\` is no file below the folder of the outputs`,
      hint: 'write a relative path that is a name on every system, such as `report.json`',
    });
  }

  #report(name: string, at: readonly string[], told: Pick<Diagnostic, 'code' | 'message'> & { readonly hint: string }): void {
    this.#diagnostics.push({ severity: 'error', ...told, ...this.#loaded.place(['steps', name, ...at]) });
  }

  /** Each of the user's own behind the last of what it reads, in the order of the file. */
  #ordered(): readonly StepDefinition[] {
    const placed: StepDefinition[] = [];
    const waiting = new Map([...this.#custom.values()].map((step) => [step.name, definitionOf(step)]));
    const place = (definition: StepDefinition): void => {
      placed.push(definition);
      for (const [name, next] of waiting) {
        if (Object.values(next.inputs).some(({ step }) => !placed.some((other) => other.name === step))) continue;
        waiting.delete(name);
        place(next);
      }
    };
    for (const definition of this.#template) place(this.#rewired(definition));
    return placed;
  }

  /** Reads from the last stand-in what it used to read from the step itself. */
  #rewired(definition: StepDefinition): StepDefinition {
    const inputs = Object.entries(definition.inputs).map(([role, { step, output }]) => [role, { step: this.#last(step, output), output }]);
    return { ...definition, inputs: Object.fromEntries(inputs) as StepDefinition['inputs'] };
  }

  #last(step: StepName, output: string): StepName {
    let last: string = step;
    for (let next: string | undefined = last; next !== undefined; ) {
      last = next;
      next = [...this.#custom.values()].find(
        ({ name, standsFor, outputs }) => standsFor === step && this.#own[name]?.needs === last && Object.values(outputs).includes(output),
      )?.name;
    }
    return last as StepName;
  }
}

function producersOf({ needs }: CustomStepParams): readonly string[] {
  return typeof needs === 'string' ? [needs] : Object.values(needs).map((text) => text.split('.')[0] ?? '');
}

function outputsOf(template: readonly StepDefinition[], step: 'ingest' | 'split'): Readonly<Record<string, string>> {
  return template.find((definition) => definition.name === step)?.outputs ?? {};
}

/** Files beside the outputs. */
function isTaken(file: string): boolean {
  return /^(?:card\.(?:html|md|json)|step\.log|step\.attempt-\d+\.log|run_id)$/i.test(file);
}

function definitionOf({ name, reads, outputs }: CustomStep): StepDefinition {
  return {
    name: name as StepName,
    summary: 'A step of your own.',
    inputs: reads,
    outputs,
    load: () => Promise.reject(new Error(`the command does not run ${name}`)),
  };
}
