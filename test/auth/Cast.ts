/** The people of the access tests, all connected, and what they see. */
import { randomUUID } from 'node:crypto';
import type { NamespaceName } from '../../src/validations/events.js';
import { type Client, names } from '../support/clients.js';
import { proven } from '../support/tokens.js';
import type { RolesOf, Situation } from './verdicts.js';

type Member<N extends NamespaceName> = Client<N> & { token: string };

/** What each of the cast received, by id. */
export type Heard = Record<string, { event: string; data: unknown }[]>;

export class Cast {
  private constructor(
    readonly roles: { [N in NamespaceName]: Record<RolesOf[N], Member<N>> },
    readonly url: string,
  ) {}

  static async gather(url: string): Promise<Cast> {
    const [ursula, viktor, albert, berta, sonja] = names(
      'ursula',
      'viktor',
      'albert',
      'berta',
      's',
    );
    const [owner, stranger] = await Promise.all([
      proven(url, 'user', ursula),
      proven(url, 'user', viktor),
    ]);
    const [admin, colleague, supervisor] = await Promise.all([
      proven(url, 'admin', albert),
      proven(url, 'admin', berta),
      proven(url, 'admin', sonja, 'supervisor'),
    ]);
    const user = { owner, stranger };
    return new Cast({ user, admin: { owner: admin, colleague, supervisor } }, url);
  }

  get all(): Client<NamespaceName>[] {
    return [...Object.values(this.roles.user), ...Object.values(this.roles.admin)];
  }

  /** A chat that is just so; whatever the user had open before is ended. */
  async chat(situation: Situation): Promise<string> {
    const { owner: user } = this.roles.user;
    const { owner: admin } = this.roles.admin;
    if (situation === 'absent') return randomUUID();
    const { chats } = await user.do('get_chats', { status: 'open' });
    for (const { chatId } of chats) await user.do('end_chat', { chatId });
    const { chatId } = await user.do('start_chat');
    if (situation !== 'waiting') await admin.do('assign_chat', { chatId });
    if (situation === 'ended') await user.do('end_chat', { chatId });
    return chatId;
  }

  /** All that is stored, as far as a supervisor can see. */
  async stored(chatId: string): Promise<string> {
    const { supervisor } = this.roles.admin;
    const [chats, timeline, overview] = await Promise.all([
      supervisor.do('get_chats', { scope: 'all' }),
      supervisor.ask('get_messages', { chatId, afterSeq: 0 }),
      supervisor.do('get_overview'),
    ]);
    return JSON.stringify({ chats, timeline, overview });
  }

  /** Does something; returns what everybody received because of it. */
  async hear<T>(work: () => Promise<T>): Promise<{ answer: T; heard: Heard }> {
    await this.caughtUp();
    const before = new Map(this.all.map((one) => [one, one.received.length]));
    const answer = await work();
    await this.caughtUp();
    const heard: Heard = {};
    for (const [one, count] of before) {
      const since = one.received.slice(count);
      if (since.length > 0) heard[one.id] = since;
    }
    return { answer, heard };
  }

  private async caughtUp(): Promise<void> {
    await Promise.all(this.all.map((one) => one.caughtUp()));
  }
}
