/** Blocks of a section as the templates print them. `partial` names the template of each. */
import type { CardBlock, CodeBlock, DetailsBlock, Figure, FigureRow, NoteBlock, StepsBlock } from '../blocks.ts';
import { drawFigure } from '../charts/figure.ts';
import type { SafeSvg } from '../charts/safe-svg.ts';
import { STEP_STATES, stepsGraph } from '../charts/steps-graph.ts';
import { cutEnd, safeUrl } from '../escape.ts';
import { formatNumber } from '../format.ts';
import { type CriteriaView, criteriaView } from './criteria-view.ts';
import { figureTable } from './figure-table.ts';
import { type TableView, tableView } from './table-view.ts';

export type BlockView = FiguresView | TableView | CriteriaView | NoteView | CodeView | DetailsView | StepsView;

interface FiguresView {
  readonly partial: 'figures';
  /** How many stand abreast on a wide screen. */
  readonly columns: string;
  readonly figures: readonly { readonly title: string; readonly graphic: SafeSvg }[];
  readonly tables: readonly TableView[];
}
interface NoteView {
  readonly partial: 'note';
  readonly tone: string;
  readonly icon: string;
  readonly text: string;
}
interface CodeView {
  readonly partial: 'code';
  readonly caption: string;
  readonly name: string;
  readonly text: string;
}
interface DetailsView {
  readonly partial: 'details';
  readonly summary: string;
  readonly open: boolean;
  readonly blocks: readonly BlockView[];
}
interface StepsView {
  readonly partial: 'steps';
  readonly graphic: SafeSvg | null;
  readonly rows: readonly {
    readonly name: string;
    readonly link: string;
    readonly icon: string;
    readonly word: string;
    readonly tone: string;
    readonly time: string;
    readonly reason: string;
    readonly summary: string;
    readonly failed: boolean;
  }[];
}

/** Gives every drawing of a card an id of its own, in the order of the card. */
export interface Ids {
  next(): string;
}

const NOTE_ICONS = { good: '✓', close: '!', bad: '✕', plain: 'i' } as const;
/** A log tail beyond this is for the log file. */
const MAX_CODE = 20_000;

export function blockView(block: CardBlock, name: string, ids: Ids): BlockView {
  switch (block.kind) {
    case 'figures':
      return figuresView(block, ids);
    case 'table':
      return tableView(block, name);
    case 'criteria':
      return criteriaView(block);
    case 'note':
      return noteView(block);
    case 'code':
      return codeView(block, name);
    case 'details':
      return detailsView(block, ids);
    case 'steps':
      return stepsView(block, ids);
    default:
      return {
        partial: 'note',
        tone: 'plain',
        icon: 'i',
        text: `This version cannot draw a block of the kind “${String((block as { kind: unknown }).kind)}”.`,
      };
  }
}

function figuresView({ figures }: FigureRow, ids: Ids): FiguresView {
  const columns = Math.min(4, Math.max(1, figures.length));
  return {
    partial: 'figures',
    columns: `columns-${columns}`,
    figures: figures.map((figure) => ({
      title: cutEnd(figure.title),
      graphic: drawFigure(figure, { id: ids.next(), width: widthOf(figure, columns) }),
    })),
    tables: figures.flatMap((figure) => {
      const table = figureTable(figure);
      return table === undefined || table.rows.length === 0 ? [] : [tableView(table, figure.title)];
    }),
  };
}

/** The column of the page is 1152 px wide, with 32 px between figures. A shared whole takes all of it. */
function widthOf(figure: Figure, columns: number): number {
  if (columns === 1) return figure.form === 'stacked-bar' ? 1152 : 640;
  return columns === 2 ? 560 : columns === 3 ? 362 : 264;
}

function noteView({ tone, text }: NoteBlock): NoteView {
  return { partial: 'note', tone, icon: NOTE_ICONS[tone] ?? 'i', text: cutEnd(text, 2000) };
}

function codeView({ caption, text }: CodeBlock, name: string): CodeView {
  return { partial: 'code', caption: cutEnd(caption ?? ''), name: cutEnd(caption ?? name), text: cutEnd(text, MAX_CODE) };
}

function detailsView({ summary, open, blocks }: DetailsBlock, ids: Ids): DetailsView {
  return {
    partial: 'details',
    summary: cutEnd(summary),
    open: open === true,
    blocks: blocks.map((block) => blockView(block, summary, ids)),
  };
}

function stepsView({ steps }: StepsBlock, ids: Ids): StepsView {
  return {
    partial: 'steps',
    graphic: stepsGraph(steps, { id: ids.next() }) ?? null,
    rows: steps.map((step) => ({
      name: cutEnd(step.name),
      link: step.card === undefined ? '' : (safeUrl(step.card) ?? ''),
      ...STEP_STATES[step.state],
      time: step.durationMs === undefined ? '' : formatNumber(step.durationMs, 'duration-ms'),
      reason: cutEnd(step.reason ?? ''),
      summary: cutEnd(step.summary ?? ''),
      failed: step.state === 'failed',
    })),
  };
}
