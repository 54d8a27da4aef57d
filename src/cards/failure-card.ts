/** The card of a step that failed: the message first, then the user's own frames, then the end of the log. */
import type { Json } from '../schema/json.ts';
import { shortened } from '../schema/shortened.ts';
import type { Card, CardBlock, Finding, Provenance, Section } from './blocks.ts';
import { formatNumber, plural } from './format.ts';

export interface FailureCardData {
  readonly recipe: string;
  readonly step: string;
  readonly failure: CardFailure;
  /** The end of the step's log. */
  readonly logTail?: string | undefined;
  /** Path of the whole log, as the user would type it. */
  readonly logFile?: string | undefined;
  /** What was found before the failure. */
  readonly findings?: readonly Finding[] | undefined;
  readonly durationMs?: number | undefined;
  readonly provenance: Provenance;
}

export interface CardFailure {
  readonly code?: string | undefined;
  readonly message: string;
  readonly hint?: string | undefined;
  /** The place in the recipe or in the user's code. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly stack?: string | undefined;
  /** What caused it, the nearest first. */
  readonly causes?: readonly string[] | undefined;
  /** What is at the place. */
  readonly label?: string | undefined;
  /** Each mistake of its own, when there are several. */
  readonly parts?: readonly CardFailure[] | undefined;
  /** Sections of a card that show what is wrong, made by the step. */
  readonly sections?: Json | undefined;
}

/** Headlines stay one glance long; the section repeats the whole message. */
const MAX_HEADLINE = 160;

export function failureCard(data: FailureCardData): Card {
  const { step, failure } = data;
  const place = placeOf(failure);
  const [first = ''] = failure.message.split('\n');
  const headline = shortened(first, MAX_HEADLINE);
  const after = data.durationMs === undefined ? '' : ` after ${formatNumber(data.durationMs, 'duration-ms')}`;
  const sentence = [
    `The step ${step} failed${after}${place === undefined ? '' : ` at ${place}`}.`,
    ...(failure.hint === undefined ? [] : [asSentence(failure.hint)]),
  ].join(' ');
  return {
    schemaVersion: 1,
    kind: step,
    step,
    recipe: data.recipe,
    status: 'failed',
    headline: headline === '' ? `The step ${step} failed` : headline,
    sentence,
    keyNumbers: [],
    findings: data.findings ?? [],
    sections: [problem(failure, place), ...((failure.sections ?? []) as unknown as readonly Section[]), ...log(data)],
    provenance: data.provenance,
  };
}

function problem(failure: CardFailure, place: string | undefined): Section {
  const { own, others } = frames(failure.stack ?? '');
  const blocks: CardBlock[] = (failure.parts ?? [failure]).flatMap(notes);
  if (own.length > 0) blocks.push({ kind: 'code', caption: 'Where it happened', text: own.join('\n') });
  else if (place !== undefined) blocks.push({ kind: 'code', caption: 'Where it happened', text: place });
  if (others.length > 0) {
    const summary = `${plural(others.length, 'frame')} of Node and libraries`;
    blocks.push({ kind: 'details', summary, blocks: [{ kind: 'code', text: others.join('\n') }] });
  }
  return { id: 'failure', title: 'What went wrong', blocks };
}

function notes({ code, message, label, hint, causes = [] }: CardFailure): readonly CardBlock[] {
  const said = [label === undefined ? message : `${message}: ${label}`, ...causes.map((cause) => `caused by: ${cause}`)].join('\n');
  return [
    { kind: 'note', tone: 'bad', text: code === undefined ? said : `${code}: ${said}` },
    ...(hint === undefined ? [] : [{ kind: 'note', tone: 'plain', text: hint } as const]),
  ];
}

function log({ logTail, logFile }: FailureCardData): readonly Section[] {
  if (logTail === undefined || logTail.trim() === '') return [];
  const note = logFile === undefined ? undefined : `The whole log is in ${logFile}`;
  return [{ id: 'log', title: 'End of the log', ...(note !== undefined && { note }), blocks: [{ kind: 'code', text: logTail.trimEnd() }] }];
}

/** Frames apart: what the user wrote, and what lies below it. The message itself, which opens a stack, is left out. */
function frames(stack: string): { readonly own: readonly string[]; readonly others: readonly string[] } {
  const all = stack
    .split('\n')
    .filter((line) => /^\s*at\s/.test(line))
    .map((line) => line.trim());
  const isOthers = (line: string): boolean => /node:|\bnode_modules[\\/]|\(native\)|<anonymous>\)?$/.test(line);
  return { own: all.filter((line) => !isOthers(line)), others: all.filter(isOthers) };
}

function placeOf({ file, line, column }: CardFailure): string | undefined {
  if (file === undefined) return undefined;
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
}

function asSentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
