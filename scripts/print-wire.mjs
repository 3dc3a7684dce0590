// The types of the wire for clients, printed from the schemas and the table of events: the SDK carries
// no schema library, and cannot differ from the server all the same.
import { execFileSync } from 'node:child_process';
import { z } from 'zod';
import { errorCodes } from '../dist/errors.js';
import * as v from '../dist/validations/chat.validation.js';
import { clientEvents, serverEvents } from '../dist/validations/events.js';

export const WIRE = 'packages/client/src/wire.ts';

const BIOME = 'node_modules/@biomejs/biome/bin/biome';

/** Schemas that have a name in the SDK, from small to large; the first that is equal names a part. */
const named = {
  Page: v.page,
  Chat: v.chat,
  Message: v.message,
  ChatAssigned: v.chatAssigned,
  ChatUnassigned: v.chatUnassigned,
  ChatEnded: v.chatEnded,
  MessagesMarked: v.messagesMarked,
  TypingNews: v.typing,
  UserPresence: v.userPresence,
  SupportPresence: v.supportPresence,
  ChatViewers: v.chatViewers,
  Heartbeat: v.heartbeat,
  MessagesPage: v.messagesPage,
  ChatsPage: v.chatsPage,
  Overview: v.overview,
};

const json = (schema, io) => z.toJSONSchema(schema, { io, unrepresentable: 'any' });

/** Text of a type, to its name. */
const names = new Map();

function typeOf(schema) {
  const text = structure(schema);
  return names.get(text) ?? text;
}

function structure(schema) {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ');
  if (schema.type === 'array') return `Array<${typeOf(schema.items)}>`;
  if (schema.type === 'integer') return 'number';
  if (Array.isArray(schema.type)) return schema.type.join(' | ');
  if (schema.type !== 'object') return schema.type;
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) =>
    schema.required?.includes(name)
      ? `${name}: ${typeOf(field)}`
      : `${name}?: ${typeOf(field)} | undefined`,
  );
  return fields.length > 0 ? `{ ${fields.join('; ')} }` : 'Record<string, never>';
}

function payloadOf({ payload }) {
  return payload === v.noPayload ? 'undefined' : typeOf(json(payload, 'input'));
}

const member = (name, does, type) => `  /** ${does} */\n  ${name}: ${type};\n`;

function interfaceOf(name, does, events, type) {
  const members = Object.entries(events).map(([event, row]) => member(event, row.does, type(row)));
  return `/** ${does} */\nexport interface ${name} {\n${members.join('')}}\n`;
}

/** @returns the whole file, formatted. */
export function printWire() {
  const types = Object.entries(named).map(([name, schema]) => {
    const text = structure(json(schema, 'output'));
    names.set(text, name);
    return `export interface ${name} ${text}\n`;
  });
  const sent = (row) => `{ payload: ${payloadOf(row)}; data: ${typeOf(json(row.data, 'output'))} }`;
  const received = (row) => typeOf(json(row.data, 'output'));
  const source = [
    `/** The types of the wire. Printed from the server's schemas by \`npm run docs\`: do not edit. */\n`,
    `/** Longest \`content\` of a message, in Unicode code points. */\nexport const CONTENT_LIMIT = ${v.CONTENT_LIMIT};\n`,
    `/** What a client acts on. */\nexport type ErrorCode = ${Object.keys(errorCodes)
      .map((code) => `'${code}'`)
      .join(' | ')};\n`,
    '/** A refusal; `details` says which parts of a payload are wrong, `retryAfter` how many seconds to wait, `adminId` who has a chat already. */\nexport interface WireError { code: ErrorCode; message: string; details?: string[]; retryAfter?: number; adminId?: string }\n',
    ...types,
    interfaceOf('UserEvents', 'What a user sends.', clientEvents.user, sent),
    interfaceOf('AdminEvents', 'What an admin sends.', clientEvents.admin, sent),
    interfaceOf('EventsForUsers', 'What a user receives.', serverEvents.user, received),
    interfaceOf('EventsForAdmins', 'What an admin receives.', serverEvents.admin, received),
  ].join('\n');
  return execFileSync(process.execPath, [BIOME, 'format', `--stdin-file-path=${WIRE}`], {
    input: source,
    encoding: 'utf8',
  });
}
