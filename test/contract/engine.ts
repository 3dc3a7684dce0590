/** What the contract asks of a database: a real one, opened by the code that production uses. */
import type { Actor } from '../../src/auth/policy.js';
import type { AccountStore } from '../../src/store/AccountStore.js';
import type { ChatStore } from '../../src/store/ChatStore.js';
import type { OversightStore } from '../../src/store/OversightStore.js';
import type { Command, DoneOf, Outcome } from '../../src/timeline/commands.js';
import type { Chat, Message } from '../../src/validations/chat.validation.js';

export interface OpenEngine {
  store: ChatStore;
  accounts: AccountStore;
  oversight: OversightStore;
  /** Lets go of the database; the data stays. */
  close(): Promise<void>;
  /** Closes, and opens the same data anew, as a restart of the server does. */
  reopen(): Promise<OpenEngine>;
  /** Carries out a statement on the data, past the product; while it is open, and after. */
  tamper(sql: string): Promise<void>;
}

export interface Engine {
  name: string;
  /** Opens a fresh, empty database. It is closed and removed when the test has ended. */
  open(): Promise<OpenEngine>;
}

export const user = (id: string): Actor => ({ id, role: 'user' });
export const admin = (id: string): Actor => ({ id, role: 'admin' });
export const supervisor = (id: string): Actor => ({ id, role: 'supervisor' });

/** Does one command, which has to succeed. */
export async function done<C extends Command>(store: ChatStore, command: C): Promise<DoneOf<C>> {
  const [outcome] = await store.append([command]);
  if (!outcome || !('fresh' in outcome)) {
    throw new Error(`${command.kind} was not done: ${JSON.stringify(outcome)}`);
  }
  return outcome as DoneOf<C>;
}

/** A new chat of a user, taken by an admin if one is given. */
export async function startedChat(store: ChatStore, userId: string, adminId?: string) {
  const { chat } = await done(store, { kind: 'start', actor: user(userId) });
  if (adminId === undefined) return chat;
  const { chatId } = chat;
  return (await done(store, { kind: 'assignment', actor: admin(adminId), chatId })).chat;
}

/** What came of each command, as short as can be told: a reason, `failed`, `done` or `repeat`. */
export function told(outcomes: Outcome[]): string[] {
  return outcomes.map((outcome) => {
    if ('refused' in outcome) return outcome.refused;
    if ('failed' in outcome) return 'failed';
    return outcome.fresh ? 'done' : 'repeat';
  });
}

/** Every entry of a chat, page by page. */
export async function wholeTimeline(
  store: ChatStore,
  actor: Actor,
  chatId: string,
  limit = 200,
): Promise<Message[]> {
  const entries: Message[] = [];
  for (;;) {
    const afterSeq = entries.at(-1)?.seq ?? 0;
    const page = await store.getMessages(actor, { chatId, afterSeq, limit });
    if ('refused' in page) throw new Error(`the timeline was refused: ${page.refused}`);
    entries.push(...page.messages);
    if (!page.hasMore) return entries;
  }
}

/** Every chat there is, newest first, as a supervisor sees them. */
export async function allChats(store: ChatStore): Promise<Chat[]> {
  const chats: Chat[] = [];
  let cursor: string | undefined;
  for (;;) {
    const query = { scope: 'all', limit: 200, cursor } as const;
    const page = await store.getChats(supervisor('sybil'), query);
    if ('refused' in page) throw new Error(`the chats were refused: ${page.refused}`);
    chats.push(...page.chats);
    if (page.nextCursor === null) return chats;
    cursor = page.nextCursor;
  }
}
