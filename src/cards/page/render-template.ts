/** The compiled templates behind one function. Only Handlebars' runtime is loaded: its compiler has no place on a user's path. */
import runtime from 'handlebars/runtime.js';
import { SafeSvg } from '../charts/safe-svg.ts';
import { escProse } from '../escape.ts';
import { templates } from '../generated/templates.ts';
import type { CardView } from '../views/card-view.ts';

type Handlebars = typeof import('handlebars');

let layout: ((view: CardView) => string) | undefined;

export function renderLayout(view: CardView): string {
  layout ??= load();
  return layout(view);
}

function load(): (view: CardView) => string {
  // The package declares no types for its runtime; it is the same interface without `compile`.
  const handlebars = (runtime as unknown as Handlebars).create();
  // The only unescaped exits. A text with the shape of a drawing is refused here.
  handlebars.registerHelper('svg', (drawing: unknown) => SafeSvg.markupOf(drawing));
  // What it gives was escaped before anything was added to it.
  handlebars.registerHelper('prose', (text: unknown) => escProse(String(text ?? '')));
  for (const [name, spec] of Object.entries(templates)) handlebars.registerPartial(name, handlebars.template(spec));
  const main = templates['layout'];
  if (main === undefined) throw new Error('the layout of the cards was not compiled');
  return handlebars.template<CardView>(main);
}
