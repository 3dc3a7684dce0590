/** A chart of uPlot in the colours of the theme, with a table of the same for those who do not see it. */
import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useMergedRef, useResizeObserver } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { clockText } from '../shared/format.js';
import classes from './Overview.module.css';

export interface Series {
  label: string;
  /** Name of a colour of `tokens.css`. */
  color: string;
  values: (number | null)[];
}

interface ChartProps {
  title: string;
  /** Milliseconds since 1970. */
  times: number[];
  series: Series[];
  kind: 'bars' | 'lines';
  /** A value, as people read it. */
  text(value: number): string;
}

/** In pixels. */
const HEIGHT = 220;
/** Room beside the first and the last hour, in seconds. */
const HALF_HOUR = 1800;

export function Chart({ title, times, series, kind, text }: ChartProps) {
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const holder = useRef<HTMLDivElement>(null);
  const [measure, { width }] = useResizeObserver<HTMLDivElement>();
  const ref = useMergedRef(holder, measure);
  const chart = useRef<uPlot | null>(null);
  const data: uPlot.AlignedData = [
    times.map((time) => time / 1000),
    ...series.map((s) => s.values),
  ];
  const current = useRef(data);
  current.current = data;
  const shape = series.map(({ label, color }) => `${label} ${color}`).join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew for another look; data come below
  useEffect(() => {
    const element = holder.current;
    if (!element || width === 0) return;
    const made = new uPlot(
      options({ width, series, kind, text, element }),
      current.current,
      element,
    );
    chart.current = made;
    return () => {
      chart.current = null;
      made.destroy();
    };
  }, [scheme, width > 0, kind, shape]);

  useEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height: HEIGHT });
  }, [width]);

  useEffect(() => {
    chart.current?.setData(data);
  });

  return (
    <figure className={classes.chart}>
      <figcaption className={classes.chartHead}>
        <h2 className={classes.chartTitle}>{title}</h2>
        <span className={classes.legend} aria-hidden="true">
          {series.map(({ label, color }) => (
            <span key={label} className={classes.legendItem}>
              <i style={{ background: `var(${color})` }} />
              {label}
            </span>
          ))}
        </span>
      </figcaption>
      <div ref={ref} className={classes.plot} aria-hidden="true" />
      <table className="visually-hidden">
        <caption>{title}, by hour</caption>
        <thead>
          <tr>
            <th scope="col">Hour</th>
            {series.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, index) => (
            <tr key={time}>
              <th scope="row">{clockText(new Date(time).toISOString())}</th>
              {series.map(({ label, values }) => {
                const value = values[index] ?? null;
                return <td key={label}>{value === null ? 'none' : text(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

interface Look extends Pick<ChartProps, 'series' | 'kind' | 'text'> {
  width: number;
  element: HTMLElement;
}

function options({ width, series, kind, text, element }: Look): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const font = `11.5px ${style.fontFamily}`;
  const isTime = kind === 'lines';
  const axis: uPlot.Axis = {
    stroke: color('--muted'),
    font,
    ticks: { show: false },
    grid: { stroke: color('--line'), width: 1 },
  };
  return {
    width,
    height: HEIGHT,
    padding: [10, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { range: (_plot, from, to) => [from - HALF_HOUR, to + HALF_HOUR] },
      y: { range: (_plot, _min, max) => [0, Math.max(max * 1.12, isTime ? 10_000 : 4)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: 60,
        values: (_plot, ticks) =>
          ticks.map((tick) => clockText(new Date(tick * 1000).toISOString())),
      },
      {
        ...axis,
        size: isTime ? 58 : 34,
        splits: (_plot, _axis, _min, max) => steps(max, isTime),
        values: (_plot, ticks) => ticks.map(text),
      },
    ],
    series: [
      {},
      ...series.map(
        (one, index): uPlot.Series => ({
          label: one.label,
          stroke: color(one.color),
          width: kind === 'lines' ? 2 : 0,
          spanGaps: false,
          points: { show: kind === 'lines', size: 5, fill: color(one.color) },
          ...(kind === 'bars' && {
            fill: color(one.color),
            paths: bars(index, series.length),
          }),
        }),
      ),
    ],
    hooks: { init: [withTooltip(series, text)] },
  };
}

/** Bars side by side for each hour. */
function bars(index: number, many: number): uPlot.Series.PathBuilder {
  const build = uPlot.paths.bars?.({
    size: [0.7 / many, 14],
    radius: 0.2,
    align: many === 1 ? 0 : index === 0 ? -1 : 1,
    gap: 1,
  });
  if (!build) throw new Error('this uPlot draws no bars');
  return build;
}

/** Four or so lines at round values; of durations, round in seconds, minutes or hours. */
function steps(max: number, durations: boolean): number[] {
  const units = durations
    ? [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400].map((s) => s * 1000)
    : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
  const step = units.find((unit) => max / unit <= 5) ?? max;
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, index) => index * step);
}

/** The values under the pointer, written at the top of the chart. */
function withTooltip(series: Series[], text: (value: number) => string) {
  return (plot: uPlot) => {
    const tip = document.createElement('div');
    tip.className = classes.tip ?? '';
    tip.hidden = true;
    plot.over.append(tip);
    plot.hooks.setCursor = [
      () => {
        const { idx, left = 0 } = plot.cursor;
        tip.hidden = idx === null || idx === undefined || left < 0;
        if (idx === null || idx === undefined) return;
        const time = plot.data[0][idx] ?? 0;
        const parts = series.map(({ label }, index) => {
          const value = plot.data[index + 1]?.[idx] ?? null;
          return `${label} ${value === null ? '–' : text(value)}`;
        });
        tip.textContent = [clockText(new Date(time * 1000).toISOString()), ...parts].join('  ·  ');
      },
    ];
  };
}
