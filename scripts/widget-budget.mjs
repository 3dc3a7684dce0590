// What the widget costs a visitor, as it travels (gzip): the loader on every page, and everything up to
// an open, connected panel, compressed as the server does it. Run as a program it prints both, and fails
// when one is too much.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const built = fileURLToPath(new URL('../dist/public/', import.meta.url));

/** In bytes. */
export const LOADER_BUDGET = 3 * 1024;
export const PANEL_BUDGET = 35 * 1024;

/** No part of the way there: loaded when the panel has its connection, or cannot get it by WebSocket. */
const ASIDE = /^(extras|polling)-/;
const LANGUAGE = /^[a-z]{2}-/;

const sizeOf = (path) => gzipSync(readFileSync(join(built, path)), { level: 9 }).length;
const total = (paths) => paths.reduce((sum, path) => sum + sizeOf(path), 0);

/** @returns the sizes in bytes, and the files that count, named from the server's root */
export function measureWidget() {
  const assets = readdirSync(join(built, 'widget', 'assets'));
  const inAssets = (names) => names.map((name) => `widget/assets/${name}`);
  const languages = inAssets(assets.filter((name) => LANGUAGE.test(name)));
  const [largest] = languages.toSorted((one, other) => sizeOf(other) - sizeOf(one));
  const rest = assets.filter((name) => !LANGUAGE.test(name) && !ASIDE.test(name));
  const files = ['widget.js', 'widget/index.html', ...inAssets(rest)];
  return {
    loader: sizeOf('widget.js'),
    panel: total([...files, largest]),
    files: [...files, ...languages],
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { loader, panel } = measureWidget();
  process.stdout.write(`loader ${loader} of ${LOADER_BUDGET} bytes\n`);
  process.stdout.write(`panel  ${panel} of ${PANEL_BUDGET} bytes\n`);
  process.exitCode = loader > LOADER_BUDGET || panel > PANEL_BUDGET ? 1 : 0;
}
