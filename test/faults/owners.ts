/**
 * The promises P4 and P6, checked like the others from what clients have written down and from the
 * history: whose a chat was at each of its entries, who was told to have won it, who heard what.
 */
import type { ClientRecord, History } from './records.js';

/** Who has a chat before and after each of its entries. */
function* owners({ entries }: History) {
  let owner: string | null = null;
  for (const entry of entries) {
    const before: string | null = owner;
    if (entry.kind === 'assignment') owner = entry.senderId;
    if (entry.kind === 'unassignment') owner = null;
    yield { entry, before, after: owner };
  }
}

/**
 * [P4] Nobody takes a chat that somebody has, nobody writes into one that is not theirs, and whoever
 * was told to have won one has. [P6] Nobody hears of a chat that is not theirs.
 */
export function checkOwners(clients: ClientRecord[], histories: History[]): string[] {
  const byChat = new Map(histories.map((history) => [history.chat.chatId, history]));
  return [
    ...histories.flatMap(checkEntries),
    ...clients.flatMap((client) => checkWon(client, byChat)),
    ...clients.flatMap((client) => checkHeard(client, byChat)),
  ];
}

function checkEntries(history: History): string[] {
  const broken: string[] = [];
  const { chatId, userId } = history.chat;
  for (const { entry, before } of owners(history)) {
    const { seq, kind, senderRole, senderId } = entry;
    const who = `${senderId} at ${chatId}.${seq}`;
    if (kind === 'assignment' && before !== null) broken.push(`[P4] ${who} took it from ${before}`);
    const allowed = senderRole === 'user' ? userId : before;
    if (kind === 'message' && senderId !== allowed) {
      broken.push(`[P4] ${who} wrote into a chat of ${allowed}`);
    }
  }
  return broken;
}

function checkWon({ id, won }: ClientRecord, histories: Map<string, History>): string[] {
  return won.flatMap((assignment) => {
    const at = assignment.lastIndexOf('.');
    const { entries = [] } = histories.get(assignment.slice(0, at)) ?? {};
    const entry = entries[Number(assignment.slice(at + 1)) - 1];
    const right = entry?.kind === 'assignment' && entry.senderId === id;
    return right ? [] : [`[P4] ${id} was told to have won ${assignment}`];
  });
}

/** Every admin hears of assignments, so that the queue of each shrinks. */
function checkHeard(client: ClientRecord, histories: Map<string, History>): string[] {
  const owed = new Map<string, Set<number>>();
  return client.live.flatMap(({ chatId, seq, kind }) => {
    const history = histories.get(chatId);
    if (!history || (client.side === 'admin' && /assignment$/.test(kind))) return [];
    const own = owed.get(chatId) ?? owedTo(client, history);
    owed.set(chatId, own);
    if (own.has(seq) || seq > history.entries.length) return [];
    return [`[P6] ${client.id} was told ${kind} ${chatId}.${seq}, which is not theirs`];
  });
}

/** Positions that a client has to be told live: a user's all, an admin's while the chat is theirs. */
export function owedTo(client: ClientRecord, history: History): Set<number> {
  const owed = new Set<number>();
  for (const { entry, before, after } of owners(history)) {
    // The end of a chat that nobody has is told to every admin, whose queue it leaves.
    const ofQueue = entry.kind === 'end' && before === null;
    const theirs =
      client.side === 'user'
        ? client.id === history.chat.userId
        : client.id === after || client.id === before || ofQueue;
    if (theirs) owed.add(entry.seq);
  }
  return owed;
}
