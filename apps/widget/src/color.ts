/** The site's accent colour, and what can be read on it. */

export const ACCENT = '#2f5bea';

/** @returns the colour if it is one that the widget takes (`#rgb`, `#rrggbb`), else the widget's own */
export function accentOf(color = ''): string {
  const digits = /^#([\da-f]{3}){1,2}$/i.test(color) ? color : ACCENT;
  return digits.length < 7 ? digits.replace(/\w/g, '$&$&') : digits;
}

/** White or black: whichever has a contrast of 4.5 or more on `#rrggbb` (WCAG 2.2, 1.4.3). */
export function inkOn(accent: string): string {
  const light = [0.2126, 0.7152, 0.0722].reduce(
    (sum, weight, at) =>
      sum + weight * (Number.parseInt(accent.slice(at * 2 + 1, at * 2 + 3), 16) / 255) ** 2.2,
    0,
  );
  return light > 0.18 ? '#000' : '#fff';
}
