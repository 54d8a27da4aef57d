/** The one door to the charts: a figure's data in, its drawing out. */
import type { Figure } from '../blocks.ts';
import { bars } from './bars.ts';
import { calibration } from './calibration.ts';
import { density } from './density.ts';
import { dependence } from './dependence.ts';
import { heatMap } from './heat-map.ts';
import { histogram } from './histogram.ts';
import { line } from './line.ts';
import { type FigureOptions, sentenceFigure } from './plot.ts';
import type { SafeSvg } from './safe-svg.ts';
import { stackedBar } from './stacked-bar.ts';
import { swarm } from './swarm.ts';

export function drawFigure(figure: Figure, options: FigureOptions): SafeSvg {
  switch (figure.form) {
    case 'histogram':
      return histogram(figure, options);
    case 'line':
      return line(figure, options);
    case 'density':
      return density(figure, options);
    case 'bars':
      return bars(figure, options);
    case 'stacked-bar':
      return stackedBar(figure, options);
    case 'swarm':
      return swarm(figure, options);
    case 'dependence':
      return dependence(figure, options);
    case 'heat-map':
      return heatMap(figure, options);
    case 'calibration':
      return calibration(figure, options);
    default:
      // A card of a later version may hold forms that this version does not know.
      return sentenceFigure(figure as Figure, options, 'This version cannot draw this figure.');
  }
}
