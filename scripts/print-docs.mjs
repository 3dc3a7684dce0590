// Prints what the code knows into the docs: every region between `<!-- printed: NAME -->` and
// `<!-- /printed -->` is replaced; `.env.example` and the types of the wire are written whole. With
// `--check` nothing is written, and stale files are named.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { settings } from '../dist/config.js';
import { errorCodes, reasons } from '../dist/errors.js';
import { clientEvents, serverEvents } from '../dist/validations/events.js';
import { printResults, printSpeed } from './print-bench.mjs';
import { printFaults } from './print-faults.mjs';
import { printWire, WIRE } from './print-wire.mjs';

const PAGES = [
  'README.md',
  'docs/protocol.md',
  'docs/settings.md',
  'docs/benchmarks.md',
  'docs/reliability.md',
  'SECURITY.md',
];

const row = (...cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (head, rows) =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');
const code = (text) => `\`${text}\``;

/** A JSON Schema in the notation of TypeScript, on one line. */
function shape(schema) {
  if (schema.anyOf) return schema.anyOf.map(shape).join(' | ');
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ');
  if (schema.type === 'array') return `${shape(schema.items)}[]`;
  if (schema.type === 'integer') return 'number';
  if (Array.isArray(schema.type)) return schema.type.join(' | ');
  if (schema.type !== 'object') return schema.type ?? 'nothing';
  const fields = fieldsOf(schema);
  return fields.length ? `{ ${fields.join(', ')} }` : 'nothing';
}

function fieldsOf({ properties = {}, required = [] }) {
  return Object.entries(properties).map(
    ([name, field]) => `${name}${required.includes(name) ? '' : '?'}: ${named(field)}`,
  );
}

/** Objects that have a name in the protocol are called by it inside others. */
function named(schema) {
  const text = shape(schema);
  for (const [name, whole] of Object.entries(objects)) {
    if (text === whole) return name;
    if (text === `${whole}[]`) return `${name}[]`;
  }
  return text;
}

const jsonSchema = (schema, io) => z.toJSONSchema(schema, { io, unrepresentable: 'any' });
const shapeOf = (schema, io) => shape(jsonSchema(schema, io));
const namedSchemas = {
  Chat: clientEvents.user.start_chat.data,
  Message: clientEvents.user.user_message.data,
};
const objects = {};
for (const [name, schema] of Object.entries(namedSchemas))
  objects[name] = shapeOf(schema, 'output');

const payloadOf = ({ payload }) => {
  const text = shapeOf(payload, 'input');
  return text.startsWith('nothing') ? 'nothing' : text;
};
const dataOf = ({ data }) => named(jsonSchema(data, 'output'));

function eventTable(namespace) {
  return table(
    ['Event', 'You send', 'Ack `data`', 'What it does'],
    Object.entries(clientEvents[namespace]).map(([name, event]) => [
      code(name),
      code(payloadOf(event)),
      code(dataOf(event)),
      event.does,
    ]),
  );
}

function serverEventTable(namespace) {
  return table(
    ['Event', 'You receive', 'When'],
    Object.entries(serverEvents[namespace]).map(([name, event]) => [
      code(name),
      code(dataOf(event)),
      event.does,
    ]),
  );
}

const regions = {
  faults: () => printFaults(table),
  'user events': () => eventTable('user'),
  'admin events': () => eventTable('admin'),
  'events for users': () => serverEventTable('user'),
  'events for admins': () => serverEventTable('admin'),
  objects: () =>
    Object.entries(namedSchemas)
      .map(([name, schema]) => {
        const fields = fieldsOf(jsonSchema(schema, 'output')).map((field) => `  ${field},\n`);
        return `**${name}**\n\n\`\`\`ts\n{\n${fields.join('')}}\n\`\`\``;
      })
      .join('\n\n'),
  routes: () =>
    table(
      ['Route below `/api/v1`', 'The same as'],
      Object.entries(clientEvents).flatMap(([namespace, events]) =>
        Object.entries(events)
          .filter(([, { route }]) => route !== null)
          .map(([name, { route }]) => [
            code(route.replace(' ', ` /${namespace}`)),
            `${code(name)} in ${code(`/${namespace}`)}`,
          ]),
      ),
    ),
  codes: () =>
    table(
      ['Code', 'HTTP', 'What it means, what to do'],
      Object.entries(errorCodes).map(([name, { status, means }]) => [
        code(name),
        String(status),
        means,
      ]),
    ),
  reasons: () =>
    table(
      ['Code', '`message`'],
      Object.values(reasons).map(([name, sentence]) => [code(name), sentence]),
    ),
  settings: () =>
    table(
      ['Setting', 'Default', 'What it does'],
      Object.entries(settings).map(([name, { fallback, does }]) => [
        code(name),
        fallback.includes('`') || fallback.includes('(') ? fallback : code(fallback),
        does,
      ]),
    ),
  speed: printSpeed,
  'benchmark results': printResults,
};

const environment = () =>
  `# Settings of Chat Server. Copy to .env and change what you need; every line is optional.\n${Object.entries(
    settings,
  )
    .map(([name, { fallback, does }]) => {
      const value = /[`( ]/.test(fallback) ? '' : fallback;
      return `\n# ${does}\n# Default: ${fallback}\n#${name}=${value}\n`;
    })
    .join('')}`;

const printed = new Set();

function print(page) {
  return page.replaceAll(
    /(<!-- printed: (.+?) -->\n)[\s\S]*?(<!-- \/printed -->)/g,
    (_whole, begin, name, end) => {
      if (!regions[name]) throw new Error(`nothing is known under the name '${name}'`);
      printed.add(name);
      return `${begin}${regions[name]()}\n${end}`;
    },
  );
}

const files = new Map([
  ['.env.example', environment()],
  [WIRE, printWire()],
]);
for (const page of PAGES) files.set(page, print(readFileSync(page, 'utf8')));

const unprinted = Object.keys(regions).filter((name) => !printed.has(name));
if (unprinted.length > 0) throw new Error(`no page shows: ${unprinted.join(', ')}`);

const stale = [...files].filter(
  ([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text,
);
if (process.argv.includes('--check')) {
  for (const [path] of stale) process.stderr.write(`${path} is stale: run npm run docs\n`);
  process.exitCode = stale.length ? 1 : 0;
} else {
  for (const [path, text] of stale) writeFileSync(path, text);
}
