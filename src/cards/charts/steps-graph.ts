/**
 * The steps of a run as a graph from left to right: what ran, what was reused, what failed. A picture beside
 * the table of the same steps, which holds the links and the full reasons.
 */
import type { StepsBlock } from '../blocks.ts';
import { cutEnd, cutMiddle } from '../escape.ts';
import { formatNumber, plural } from '../format.ts';
import { type Drawn, draw, drawing, group, label, path } from './draw.ts';
import type { FigureOptions } from './plot.ts';
import type { SafeSvg } from './safe-svg.ts';

type Step = StepsBlock['steps'][number];
type StepState = Step['state'];

/** Icon and word: a state is never told by colour alone. */
export const STEP_STATES: Readonly<
  Record<StepState, { readonly icon: string; readonly word: string; readonly tone: 'good' | 'bad' | 'plain' }>
> = {
  fresh: { icon: '↺', word: 'fresh', tone: 'plain' },
  restore: { icon: '↺', word: 'restore', tone: 'plain' },
  run: { icon: '✓', word: 'run', tone: 'good' },
  failed: { icon: '✕', word: 'failed', tone: 'bad' },
  blocked: { icon: '⊘', word: 'blocked', tone: 'plain' },
  skipped: { icon: '–', word: 'skipped', tone: 'plain' },
};

const WIDTH = 162;
const HEIGHT = 58;
const GAP_X = 32;
const GAP_Y = 14;
/** Six marks a node and an edge or two: more steps would pass the limit of marks and the width of a page. */
const MAX_STEPS = 48;

interface Placed {
  readonly step: Step;
  readonly x: number;
  readonly y: number;
}

/** Nothing when there are too many steps to read as a picture. */
export function stepsGraph(steps: StepsBlock['steps'], options: Pick<FigureOptions, 'id'>): SafeSvg | undefined {
  if (steps.length === 0 || steps.length > MAX_STEPS) return undefined;
  const placed = place(steps);
  const byName = new Map(placed.map((p) => [p.step.name, p]));
  const edges = placed.flatMap((to) => to.step.needs.flatMap((name) => edge(byName.get(name), to)));
  const width = Math.max(...placed.map((p) => p.x)) + WIDTH + 1;
  const height = Math.max(...placed.map((p) => p.y)) + HEIGHT + 1;
  const counts = Object.keys(STEP_STATES).flatMap((state) => {
    const count = steps.filter((s) => s.state === state).length;
    return count === 0 ? [] : [`${formatNumber(count)} ${STEP_STATES[state as StepState].word}`];
  });
  const description = `${plural(steps.length, 'step')}: ${counts.join(', ')}. The table below lists them.`;
  const lines = edges.length === 0 ? [] : [draw('path', { class: 'edge', d: edges.slice(0, 100).join('') })];
  return drawing({ id: options.id, title: 'Steps', description, width, height, className: 'chart steps' }, [...lines, ...placed.map(node)]);
}

/** A column per distance from the first step; within a column the order of the recipe. */
function place(steps: StepsBlock['steps']): readonly Placed[] {
  const byName = new Map(steps.map((s) => [s.name, s]));
  const columns = new Map<string, number>();
  const columnOf = (step: Step, path: ReadonlySet<string>): number => {
    const known = columns.get(step.name);
    if (known !== undefined) return known;
    // A cycle cannot come out of the planner; a picture must not hang on one all the same.
    const before = step.needs.flatMap((name) => {
      const need = byName.get(name);
      return need === undefined || path.has(name) ? [] : [columnOf(need, new Set([...path, step.name]))];
    });
    const column = before.length === 0 ? 0 : Math.max(...before) + 1;
    columns.set(step.name, column);
    return column;
  };
  const filled = new Map<number, number>();
  return steps.map((step) => {
    const column = columnOf(step, new Set([step.name]));
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { step, x: 0.5 + column * (WIDTH + GAP_X), y: 0.5 + row * (HEIGHT + GAP_Y) };
  });
}

function edge(from: Placed | undefined, to: Placed): readonly string[] {
  if (from === undefined || from === to) return [];
  const x0 = from.x + WIDTH;
  const y0 = from.y + HEIGHT / 2;
  const y1 = to.y + HEIGHT / 2;
  const bend = (x0 + to.x) / 2;
  const head = path('M', to.x - 5, y1 - 3.5, 'L', to.x - 1, y1, 'L', to.x - 5, y1 + 3.5);
  return [path('M', x0, y0, 'C', bend, y0, bend, y1, to.x - 1, y1) + head];
}

function node({ step, x, y }: Placed): Drawn {
  const { icon, word, tone } = STEP_STATES[step.state];
  const time = step.durationMs === undefined ? '' : formatNumber(step.durationMs, 'duration-ms');
  const more = step.state === 'run' || step.state === 'failed' ? (step.summary ?? step.reason) : (step.reason ?? step.summary);
  return group(`node ${step.state}`, [
    draw('rect', { class: 'box', x, y, width: WIDTH, height: HEIGHT, rx: 5 }),
    label(x + 10, y + 21, `icon ${tone}`, icon),
    label(x + 26, y + 21, 'step-name', cutMiddle(step.name, time === '' ? 18 : 13)),
    ...(time === '' ? [] : [label(x + WIDTH - 9, y + 21, 'step-note', time, 'end')]),
    label(x + 10, y + 42, 'step-note', cutEnd(more === undefined || more === '' ? word : `${word} · ${more}`, 24)),
  ]);
}
