/**
 * `RecipeSource` → located tree → `Recipe`: reads recipe.yaml and a profile, fills placeholders, lays
 * the profile over, applies `--set`, fills in the environment, checks. Reports everything at once.
 * On the path of every command: it must import nothing heavy.
 */
import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Diagnostic, DiagnosticError, failed, ok, type RelatedSpan, type Result, type Span } from '../diagnostics/diagnostic.ts';
import type { SourceOf } from '../diagnostics/position.ts';
import { sortDiagnostics } from '../diagnostics/sort.ts';
import { checkRecipe } from './check.ts';
import { type DataFiles, diskFiles } from './data-files.ts';
import { parseEnvFile } from './env-file.ts';
import { type Environment, refuseEnvironment, resolveEnvironment } from './environment.ts';
import { recipeKeys } from './generated/validate-recipe.ts';
import { inherit } from './inherit.ts';
import { findNode, type LocatedMap, type LocatedNode, locate, type Path } from './located.ts';
import { overlay } from './overlay.ts';
import { applyOverrides, OVERRIDES_FILE, overridesText } from './override.ts';
import { parseJson } from './parse-json.ts';
import { chooseProfile, listProfiles, profileFile } from './profile.ts';
import type { Recipe } from './recipe.ts';
import { type RecipeSource, readSource } from './source.ts';
import { type JsonFile, missingVariable, substitute } from './substitute.ts';
import { type ReadText, readFromDisk, readSmallFile } from './text-file.ts';

export const RECIPE_FILE = 'recipe.yaml';

export interface LoadRequest {
  /** The folder of recipe.yaml. */
  readonly root: string;
  /** What `--profile` says; absent: `RECIPE_PROFILE`, then `local` when it exists, else none. */
  readonly profile?: string;
  /** Arguments of `--set`, each `path=value`. */
  readonly set?: readonly string[];
  /** The environment of the process when absent. */
  readonly env?: Environment;
  /** Reads a file by its absolute path; `undefined` when it does not exist. */
  readonly readText?: ReadText;
  /** Files of `--env-file`, by the names that messages call them; a later one wins, the environment over all. */
  readonly envFiles?: readonly EnvFileText[];
  /** The disk when absent. */
  readonly files?: DataFiles;
  /** Nothing will be run: what this machine lacks (data files, variables of the environment) is a warning. */
  readonly isToShow?: boolean;
}

/** Where a value was written. */
export type Origin = typeof RECIPE_FILE | typeof OVERRIDES_FILE | `profiles/${string}` | 'default';

export interface LoadedRecipe {
  /** Absolute. */
  readonly root: string;
  /** The name of the root folder. */
  readonly name: string;
  readonly profile: string | undefined;
  readonly recipe: Recipe;
  /** Text of each file that spans may name. */
  readonly files: ReadonlyMap<string, string>;
  /** Place of a value (or key); an absent one gives the key of its nearest parent. */
  locate(path: Path, at?: 'key' | 'value'): Span | undefined;
  /** The same with the places that explain it, to be spread into a diagnostic. */
  place(path: Path, at?: 'key' | 'value'): { readonly span: Span; readonly related: readonly RelatedSpan[] };
  origin(path: Path): Origin;
  /** What this recipe asks for and cannot have yet, as errors: for whoever wants to run it. The warnings tell the same. */
  readonly unavailable: readonly Diagnostic[];
  /** Values from the environment and from files that must not be shown. */
  readonly secrets: readonly string[];
  /** Everything that was written, resolved. May hold secrets. */
  readonly tree: LocatedNode;
  /** A value that holds secrets → how it is written, with its references. */
  readonly written: ReadonlyMap<string, string>;
  /** The environment with what `--env-file` adds. */
  readonly environment: Environment;
}

export interface EnvFileText {
  readonly name: string;
  readonly text: string;
}

/** A result that brings the texts for its diagnostics along, also when it failed. */
export type LoadResult = Result<LoadedRecipe> & { readonly files: ReadonlyMap<string, string> };

export function loadRecipe(request: LoadRequest): LoadResult {
  const load = new Load(request);
  const result = load.run();
  return { ...result, files: load.files };
}

/** The nearest folder at or above `from` that has a recipe.yaml. */
export function findRoot(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (statSync(join(folder, RECIPE_FILE), { throwIfNoEntry: false })?.isFile() === true) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

class Load {
  readonly files = new Map<string, string>();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #jsonFiles = new Map<string, JsonFile>();
  readonly #request: LoadRequest;
  readonly #root: string;
  readonly #environment: Environment;

  readonly #sourceOf: SourceOf = (file) => this.files.get(file);

  constructor(request: LoadRequest) {
    this.#request = request;
    this.#root = resolve(request.root);
    this.#environment = { ...this.#envFiles(), ...(request.env ?? process.env) };
  }

  run(): Result<LoadedRecipe> {
    try {
      return this.#load();
    } catch (error) {
      if (error instanceof DiagnosticError) return failed([...this.#diagnostics, error.diagnostic]);
      throw error;
    }
  }

  #load(): Result<LoadedRecipe> {
    const text = this.#read(RECIPE_FILE);
    if (text === undefined) return failed([recipeNotFound(this.#root)]);
    const recipe = this.#source(RECIPE_FILE, text);
    const choice = chooseProfile({
      root: this.#root,
      named: this.#request.profile,
      environment: this.#environment,
      read: (file) => this.#read(file),
    });
    if (choice.kind === 'missing') this.#diagnostics.push(choice.diagnostic);
    const profile = choice.kind === 'found' ? { name: choice.name, tree: this.#inherited(choice.name, choice.text) } : undefined;
    // What would be said of a recipe without its profile only follows from that.
    if (recipe.tree?.kind !== 'map' || choice.kind === 'missing' || (profile !== undefined && profile.tree === undefined))
      return failed(this.#sorted());

    const tree = this.#resolve(
      { ...recipe, tree: recipe.tree },
      profile?.tree === undefined ? undefined : { name: profile.name, tree: profile.tree },
    );
    const outside = { environment: this.#environment, root: this.#root, read: this.#readText, keepsUnset: this.#request.isToShow === true };
    const { tree: complete, secrets, written, diagnostics } = resolveEnvironment(tree, outside, this.#sourceOf);
    this.#diagnostics.push(...diagnostics);
    const name = basename(this.#root) || 'recipe';
    const checked = checkRecipe(complete, { root: this.#root, name, files: this.#request.files ?? diskFiles });
    this.#diagnostics.push(...checked.diagnostics);
    const all = this.#request.isToShow === true ? this.#sorted().map(lenient) : this.#sorted();
    if (all.some(({ severity }) => severity === 'error')) return failed(all);
    return ok(
      this.#loaded(complete, {
        name,
        profile: profile?.name,
        recipe: checked.complete(),
        unavailable: sortDiagnostics(checked.unavailable),
        secrets,
        written,
        environment: this.#environment,
      }),
      all,
    );
  }

  /** Placeholders, then the overlay, then `--set`: each may change what the one before it said. */
  #resolve(
    source: RecipeSource & { readonly tree: LocatedMap },
    profile: { readonly name: string; readonly tree: LocatedMap } | undefined,
  ): LocatedNode {
    const refused = refuseEnvironment(source.tree, `\`${RECIPE_FILE}\``, this.#sourceOf);
    const others = profile === undefined && source.placeholders.size > 0 ? listProfiles(this.#root) : [];
    const filled = substitute(
      { ...source, tree: refused.tree },
      {
        tree: profile?.tree,
        allowsEnvironment: false,
        whenMissing: (name) => missingVariable(name, profile, others),
        readJson: (path) => this.#json(path),
      },
    );
    this.#diagnostics.push(...refused.diagnostics, ...filled.diagnostics);
    const laid =
      profile === undefined
        ? undefined
        : overlay({ recipe: filled.tree, profile: profile.tree, referenced: filled.referenced, known: recipeKeys });
    this.#diagnostics.push(...(laid?.diagnostics ?? []));
    const overrides = this.#request.set ?? [];
    if (overrides.length > 0) this.files.set(OVERRIDES_FILE, overridesText(overrides));
    const overridden = applyOverrides(laid?.tree ?? filled.tree, overrides);
    this.#diagnostics.push(...overridden.diagnostics);
    return overridden.tree;
  }

  /** Values of later files over those of earlier ones. Their texts are kept with the values blotted out. */
  #envFiles(): Environment {
    const values: Record<string, string> = {};
    for (const { name, text } of this.#request.envFiles ?? []) {
      this.files.set(
        name,
        text.replace(/(?<==)[^\r\n]+|^[^=\r\n]+$/gmu, (part) => '*'.repeat(part.length)),
      );
      const parsed = parseEnvFile(text, name);
      this.#diagnostics.push(...parsed.diagnostics);
      Object.assign(values, parsed.values);
    }
    return values;
  }

  /** The profile with those that it extends. */
  #inherited(name: string, text: string): LocatedMap | undefined {
    const own = this.#profile(name, text);
    if (own === undefined) return undefined;
    const known = new Map<string, LocatedMap | 'missing' | undefined>();
    const read = (other: string): LocatedMap | 'missing' | undefined => {
      const text = this.#read(profileFile(other));
      return text === undefined ? 'missing' : this.#profile(other, text);
    };
    const { tree, diagnostics } = inherit(name, own, {
      read: (other) => {
        if (!known.has(other)) known.set(other, read(other));
        return known.get(other);
      },
      existing: () => listProfiles(this.#root),
    });
    this.#diagnostics.push(...diagnostics);
    return tree;
  }

  /** A profile sees no other file: its own placeholders can only take their defaults. */
  #profile(name: string, text: string): LocatedMap | undefined {
    const source = this.#source(profileFile(name), text);
    if (source.tree?.kind !== 'map') return undefined;
    const filled = substitute(
      { ...source, tree: source.tree },
      {
        tree: undefined,
        allowsEnvironment: true,
        readJson: (path) => this.#json(path),
        whenMissing: (variable) => ({
          message: `\`{{${variable}}}\` has no value: placeholders are filled in \`${RECIPE_FILE}\` only`,
          hint: `write the value here, or \`\${env:${variable}}\` for one from the environment`,
        }),
      },
    );
    this.#diagnostics.push(...filled.diagnostics);
    return filled.tree.kind === 'map' ? filled.tree : undefined;
  }

  /** A JSON file that a placeholder takes in. Its text is kept for the places in it. */
  #json(path: string): JsonFile {
    const known = this.#jsonFiles.get(path);
    if (known !== undefined) return known;
    const found = readSmallFile(this.#root, path, this.#readText);
    if (!('text' in found)) return { problem: found };
    this.files.set(path, found.text);
    const { tree, diagnostics } = parseJson(found.text, path);
    const refused = tree === undefined ? undefined : refuseEnvironment(tree, `\`${path}\``, this.#sourceOf);
    this.#diagnostics.push(...diagnostics, ...(refused?.diagnostics ?? []));
    const file: JsonFile = refused === undefined ? {} : { tree: refused.tree };
    this.#jsonFiles.set(path, file);
    return file;
  }

  #source(file: string, text: string): RecipeSource {
    this.files.set(file, text);
    const source = readSource(file, text);
    this.#diagnostics.push(...source.diagnostics);
    return source;
  }

  get #readText(): ReadText {
    return this.#request.readText ?? readFromDisk;
  }

  #read(file: string): string | undefined {
    try {
      return this.#readText(join(this.#root, file));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new DiagnosticError({ code: 'file-unreadable', severity: 'error', message: `\`${file}\` cannot be read (${code})` });
    }
  }

  #loaded(
    tree: LocatedNode,
    facts: Pick<LoadedRecipe, 'name' | 'profile' | 'recipe' | 'unavailable' | 'secrets' | 'written' | 'environment'>,
  ): LoadedRecipe {
    return {
      root: this.#root,
      ...facts,
      tree,
      files: this.files,
      locate: (path, at = 'value') => locate(tree, path, at).span,
      place: (path, at = 'value') => locate(tree, path, at),
      origin: (path) => {
        const node = findNode(tree, path);
        return node === undefined || (node.kind === 'scalar' && node.value === null) ? 'default' : (node.span.file as Origin);
      },
    };
  }

  /** Sorted, and each said once: one value of a profile may be used in several places. */
  #sorted(): readonly Diagnostic[] {
    const seen = new Set<string>();
    return sortDiagnostics(this.#diagnostics).filter(({ code, message, span }) => {
      const identity = JSON.stringify([code, message, span]);
      return !seen.has(identity) && seen.add(identity);
    });
  }
}

/** What another machine may have. */
const OF_THIS_MACHINE: ReadonlySet<string> = new Set(['file-not-found', 'undefined-environment-variable', 'unknown-column', 'bad-target']);

function lenient(diagnostic: Diagnostic): Diagnostic {
  return OF_THIS_MACHINE.has(diagnostic.code) ? { ...diagnostic, severity: 'warning' } : diagnostic;
}

function recipeNotFound(root: string): Diagnostic {
  return {
    code: 'recipe-not-found',
    severity: 'error',
    message: `there is no \`${RECIPE_FILE}\` in \`${root}\``,
    hint: 'change to the folder of a recipe, pass `-C FOLDER`, or start one with `mlrecipe init`',
  };
}
