/**
 * Builds of the server that break a promise on purpose, each by a few changed lines in a copy of the
 * compiled program. Whoever changes those lines is told here that the trial has to be changed too.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { root } from '../../support/server.js';

interface Change {
  file: string;
  from: string;
  to: string;
}

export interface BrokenBuild {
  name: string;
  changes: Change[];
  /** What has to strike for it to show. */
  faults: RegExp;
  /** How it has to be found out. */
  found: RegExp;
}

export const brokenBuilds: BrokenBuild[] = [
  {
    name: 'an ack before the commit',
    changes: [
      {
        file: 'store/PostgresChatStore.js',
        from: 'return await super.transact(work);',
        to: `return await new Promise((resolve, reject) => {
          super.transact(async (trx) => {
            resolve(await work(trx));
            await new Promise((later) => setTimeout(later, 250));
          }).catch(reject);
        });`,
      },
    ],
    faults: /^PostgreSQL (ends every connection|is stopped at once)$/,
    found: /^\[P1\] .* was acked and is lost$/,
  },
  {
    name: 'no recognition of repeats',
    changes: [
      {
        file: 'store/BatchLedger.js',
        from: 'sent(chatId, actor, clientMessageId) {',
        to: 'sent(chatId, actor, clientMessageId) { return undefined;',
      },
      {
        file: 'store/migrations/0001_timeline.js',
        from: 'create unique index messages_once',
        to: 'create index messages_once',
      },
    ],
    faults: /^connections of people are cut$/,
    found: /^\[P2\] .* is there \d+ times$/,
  },
  {
    name: 'a claim without a look at the owner',
    changes: [
      {
        file: 'auth/policy.js',
        from: "return chat.adminId === null || chat.adminId === actor.id ? null : 'already_assigned';",
        to: 'return null;',
      },
      {
        file: 'timeline/decide.js',
        from: `if (chat.adminId !== null)
        return { kind, actor, fresh: false, chat, entry: null };`,
        to: '',
      },
    ],
    faults: /^connections of people are cut$/,
    found: /^\[P4\] .* took it from /,
  },
  {
    name: 'a feed that fills no gap',
    changes: [{ file: 'feed/GapFiller.js', from: 'async fill() {', to: 'async fill() { return;' }],
    faults: /^Redis is killed/,
    found: /^\[P3\] .* never learnt .* within \d+ ms$/,
  },
  {
    name: 'delivery in the order of hearing',
    changes: [
      {
        file: 'feed/Relay.js',
        from: 'accept(done, here = false) {',
        to: 'accept(done, here = false) { return this.feed.deliver(done);',
      },
    ],
    faults: /^Redis mixes up the order/,
    found: /^\[P3\] .* got .* right after /,
  },
];

/** @returns the entry of a copy with the changes, removed when the test has ended. */
export function build({ name, changes }: BrokenBuild): string {
  // Inside the project, so that its packages are found.
  const copy = join(root, 'dist-broken', name.replaceAll(' ', '-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(join(root, 'dist'), copy, {
    recursive: true,
    filter: (path) => !/^dist\/public/.test(relative(root, path)),
  });
  for (const { file, from, to } of changes) {
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has changed: '${name}' needs a new place`);
    writeFileSync(path, text.replace(from, to));
  }
  return join(copy, 'index.js');
}
