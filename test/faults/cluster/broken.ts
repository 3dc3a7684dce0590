/** Builds of the server that break a promise on purpose. */
import type { ChangedBuild } from '../../support/changedBuild.js';

export interface BrokenBuild extends ChangedBuild {
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
    changes: [
      {
        file: 'feed/GapFiller.js',
        from: 'async fill() {',
        to: 'async fill() { for (const { resolve } of this.waiting.splice(0)) resolve(); return;',
      },
    ],
    faults: /^Redis is killed/,
    found: /^\[P3\] .* never learnt .* within \d+ ms$/,
  },
  {
    name: 'a queue that is told with the participants alone',
    changes: [
      {
        file: 'feed/Relay.js',
        from: 'lackingAtDesk(chatId) {',
        to: 'lackingAtDesk(chatId) { return undefined;',
      },
    ],
    faults: /^Redis is killed/,
    found: /^\[P8\] admin-\d .* within \d+ ms$/,
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
