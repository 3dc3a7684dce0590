/** The results of a run of the benchmark, as tables and as one object. */
import { type FigureName, figures, type Run, type Summary } from './figures.js';
import type { Machine } from './machine.js';
import type { Mark } from './marks.js';

export interface Report {
  date: string;
  machine: Machine;
  quick: boolean;
  marks: Mark[];
  summaries: Summary[];
  runs: Run[];
}

/** A table for each scenario, in Markdown. */
export function tables(summaries: readonly Summary[]): string {
  const names = [...new Set(summaries.map(({ scenario }) => scenario))];
  return names
    .map((name) => {
      const rows = summaries.filter(({ scenario }) => scenario === name);
      const columns = (Object.keys(figures) as FigureName[]).filter((figure) =>
        rows.some((row) => row.figures[figure]),
      );
      return [
        `**${name}**\n`,
        line(['', ...columns.map((column) => figures[column].heading), 'runs']),
        line(['---', ...columns.map(() => '---:'), '---:']),
        ...rows.map((row) =>
          line([row.contender, ...columns.map((column) => cell(row, column)), String(row.rounds)]),
        ),
      ].join('\n');
    })
    .join('\n\n');
}

function cell({ figures: values }: Summary, name: FigureName): string {
  const value = values[name];
  if (!value) return '–';
  const { digits } = figures[name];
  const write = (one: number) =>
    one.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${write(value.median)} (${write(value.least)}–${write(value.greatest)})`;
}

export function markTable(marks: readonly Mark[]): string {
  return [
    line(['what', 'mark', 'reached', '']),
    line(['---', '---', '---:', '---']),
    ...marks.map(({ what, mark, value, unit, holds }) =>
      line([what, mark, `${value.toFixed(2)}${unit}`, holds ? 'yes' : '**no**']),
    ),
  ].join('\n');
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
