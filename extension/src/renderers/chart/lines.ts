import type { ChartSeries, LinesPlot } from '../../../../src/lib/mime.ts';
import { element, plain } from '../dom.ts';
import { axes, labelRoom, type Box } from './frame.ts';
import { colourClass, momentsOf, nearest, usualStep, valuesAt } from './moments.ts';
import { digits, scaleOf } from './scale.ts';
import { svg } from './svg.ts';
import type { Drawn, PlotView } from './plot.ts';

const TALL = 240;
const PANEL = { width: 230, height: 110, head: 18, foot: 26 };

interface Panel {
  readonly name: string;
  readonly series: readonly ChartSeries[];
  readonly box: Box;
}

/** The line as a path, interrupted where values are absent, and its points without a neighbour, which a line cannot show. */
const pathsOf = ({ t, y }: ChartSeries, x: (t: number) => number, up: (y: number) => number) => {
  let line = '';
  let dots = '';
  let drawing = false;
  for (let i = 0; i < t.length; i++) {
    const value = y[i] ?? null;
    if (value !== null) {
      const at = `${x(t[i] ?? 0).toFixed(1)} ${up(value).toFixed(1)}`;
      if (!drawing && (y[i + 1] ?? null) === null) dots += `M${at}h0.01`;
      else line += `${drawing ? 'L' : 'M'}${at}`;
    }
    drawing = value !== null;
  }
  return { line, dots };
};

/** One plot, or small ones side by side. */
const panelsOf = ({ series, y }: LinesPlot, width: number): { panels: Panel[]; height: number } => {
  const names = [...new Set(series.map(({ panel }) => panel))];
  const left = labelRoom(y);
  if (names.length < 2 && names[0] === undefined) {
    const box = { left, top: 8, width: Math.max(60, width - left - 14), height: TALL };
    return { panels: [{ name: '', series, box }], height: TALL + 50 };
  }
  const columns = Math.max(1, Math.min(names.length, Math.floor(width / PANEL.width)));
  const each = width / columns;
  const row = PANEL.head + PANEL.height + PANEL.foot;
  const panels = names.map((name, i) => ({
    name: name ?? '',
    series: series.filter(({ panel }) => panel === name),
    box: {
      left: (i % columns) * each + left,
      top: Math.floor(i / columns) * row + PANEL.head,
      width: Math.max(40, each - left - 14),
      height: PANEL.height,
    },
  }));
  return { panels, height: Math.ceil(names.length / columns) * row + 18 };
};

const drawPanel = (plot: LinesPlot, { name, series, box }: Panel, last: boolean): SVGElement => {
  const x = scaleOf(plot.x, box.left, box.left + box.width);
  const up = scaleOf(plot.y, box.top + box.height, box.top);
  // Draw grey lines first and the highest line last, so that it is on top.
  const lines = [...series].reverse().sort((a, b) => Number(b.colour === undefined) - Number(a.colour === undefined));
  const crowded = series.some(({ t }) => t.length > box.width / 2);
  return svg(
    'g',
    {},
    axes(box, plot.x, plot.y, { title: last }),
    ...(name === '' ? [] : [svg('text', { class: 'panel', x: box.left, y: box.top - 6 }, plain(name))]),
    svg(
      'g',
      { class: crowded ? 'lines thin' : 'lines' },
      ...lines.flatMap((each) => {
        const { line, dots } = pathsOf(each, x, up);
        const path = (d: string, more = ''): SVGElement =>
          svg('path', { class: `${colourClass(each)}${more}`, d, 'data-line': each.name });
        return dots === '' ? [path(line)] : [path(line), path(dots, ' dots')];
      }),
    ),
  );
};

/** The names with their colours; pointing at a name dims the other lines. */
const legendOf = ({ series }: LinesPlot, dim: (name: string | undefined) => void): HTMLElement | undefined => {
  const coloured = new Map(series.filter(({ colour }) => colour !== undefined).map((each) => [each.name, each]));
  const others = new Set(series.filter(({ colour }) => colour === undefined).map(({ name }) => name)).size;
  if (coloured.size + others < 2) return undefined;
  const entries = [...coloured.values()].map((each) => {
    const entry = element('span', {}, element('i', { class: `line ${colourClass(each)}` }), plain(each.name));
    entry.addEventListener('pointerenter', () => {
      dim(each.name);
    });
    entry.addEventListener('pointerleave', () => {
      dim(undefined);
    });
    return entry;
  });
  const rest = element(
    'span',
    {},
    element('i', { class: 'line rest' }),
    `${others} ${others === 1 ? 'other' : 'others'}`,
  );
  return element('div', { class: 'legend' }, ...entries, ...(others === 0 ? [] : [rest]));
};

/** Draws the crosshairs of all panels at the same time, so that panels can be compared. */
const crosshair = (plot: LinesPlot, panels: readonly Panel[]) => {
  const marks = panels.map(({ box }) =>
    svg('line', { class: 'cross', y1: box.top, y2: box.top + box.height, visibility: 'hidden' }),
  );
  const place = ({ box }: Panel, at: number): number => scaleOf(plot.x, box.left, box.left + box.width)(at);
  return {
    marks,
    set(at: number): void {
      panels.forEach((panel, i) => {
        const x = place(panel, at);
        for (const [name, value] of Object.entries({ x1: x, x2: x, visibility: 'visible' }))
          marks[i]?.setAttribute(name, String(value));
      });
    },
    hide(): void {
      for (const mark of marks) mark.setAttribute('visibility', 'hidden');
    },
    place,
  };
};

const inside = ({ box }: Panel, x: number, y: number): boolean =>
  x >= box.left - 4 &&
  x <= box.left + box.width + 4 &&
  y >= box.top - PANEL.head &&
  y <= box.top + box.height + PANEL.foot;

const draw = (plot: LinesPlot, moments: readonly number[], width: number): Drawn => {
  const near = 1.5 * usualStep(moments);
  const { panels, height } = panelsOf(plot, width);
  const cross = crosshair(plot, panels);
  const body = panels.map((panel) => drawPanel(plot, panel, panels.length === 1));
  return {
    root: svg('g', {}, ...body, ...cross.marks),
    height,
    stops: moments.length,
    at: (x, y) => {
      const index = panels.findIndex((panel) => inside(panel, x, y));
      const box = panels[index]?.box;
      if (box === undefined) return undefined;
      const at = plot.x.low + ((x - box.left) / box.width) * (plot.x.high - plot.x.low);
      return { stop: nearest(moments, at), panel: index };
    },
    point: ({ stop, panel: index }) => {
      const at = moments[stop] ?? 0;
      const panel = panels[index];
      cross.set(at);
      if (panel === undefined) return { heading: '', rows: [], x: 0 };
      const heading = `${panel.name === '' ? '' : `${plain(panel.name)}, `}${digits(at)} s`;
      return { heading, rows: valuesAt(plot, panel.series, at, near), x: cross.place(panel, at) };
    },
    leave: () => {
      cross.hide();
    },
  };
};

/** Lines over time, with a crosshair that lists the values of all lines at one time. */
export const linesView = (plot: LinesPlot): PlotView => {
  const moments = momentsOf(plot.series);
  let paths: readonly SVGElement[] = [];
  const dim = (name: string | undefined): void => {
    for (const path of paths)
      path.classList.toggle('dim', name !== undefined && path.getAttribute('data-line') !== name);
  };
  return {
    legend: legendOf(plot, dim),
    draw: (width) => {
      const drawn = draw(plot, moments, width);
      paths = [...drawn.root.querySelectorAll<SVGElement>('[data-line]')];
      return drawn;
    },
  };
};
