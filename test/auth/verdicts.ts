/**
 * Who may do what: the expected answer to every event of the table, for every role and every kind of
 * chat. An event without a row here does not compile, and fails `access.test.ts`.
 */
import type { ErrorCode } from '../../src/errors.js';
import type { EventName, NamespaceName } from '../../src/validations/events.js';

/** The chat that an event names; its user is always the same, its admin too where it has one. */
export const situations = ['assigned', 'waiting', 'ended', 'absent'] as const;
export type Situation = (typeof situations)[number];

/** `owner` is the user, or the admin, of the chat. While it waits, any admin is as good as another. */
export interface RolesOf {
  user: 'owner' | 'stranger';
  admin: 'owner' | 'colleague' | 'supervisor';
}

export type Verdict = 'ok' | ErrorCode;

/** In the order of {@link situations}. */
export type Verdicts = readonly [Verdict, Verdict, Verdict, Verdict];

interface Row<N extends NamespaceName> {
  payload: (chatId: string) => Record<string, unknown>;
  by: Record<RolesOf[N], Verdicts>;
}

/** Any row, for those who walk through all of them. */
interface AnyRow {
  payload: (chatId: string) => Record<string, unknown>;
  by: Readonly<Record<string, Verdicts>>;
}

const hidden: Verdicts = ['chat_not_found', 'chat_not_found', 'chat_not_found', 'chat_not_found'];
const readable: Verdicts = ['ok', 'ok', 'ok', 'chat_not_found'];
/** The event names no chat. */
const always: Verdicts = ['ok', 'ok', 'ok', 'ok'];

const onlyChat = (chatId: string) => ({ chatId });
const nothing = () => ({});
const message = (chatId: string) => ({ chatId, content: 'Is it blue?' });
const typing = (chatId: string) => ({ chatId, typing: true });
const marks = (chatId: string) => ({ chatId, seenSeq: 1 });
const timeline = (chatId: string) => ({ chatId, afterSeq: 0 });

export const matrix: { [N in NamespaceName]: { [E in EventName<N>]: Row<N> } } = {
  //             assigned          waiting           ended             absent
  user: {
    start_chat: {
      payload: nothing,
      by: { owner: always, stranger: always },
    },
    user_message: {
      payload: message,
      by: {
        owner: ['ok', 'ok', 'chat_ended', 'chat_not_found'],
        stranger: hidden,
      },
    },
    end_chat: {
      payload: onlyChat,
      by: {
        owner: ['ok', 'ok', 'chat_ended', 'chat_not_found'],
        stranger: hidden,
      },
    },
    get_chat: {
      payload: onlyChat,
      by: { owner: readable, stranger: hidden },
    },
    get_messages: {
      payload: timeline,
      by: { owner: readable, stranger: hidden },
    },
    mark_messages: {
      payload: marks,
      by: { owner: readable, stranger: hidden },
    },
    typing: {
      payload: typing,
      by: {
        owner: ['ok', 'ok', 'chat_ended', 'chat_not_found'],
        stranger: hidden,
      },
    },
    get_chats: {
      payload: nothing,
      by: { owner: always, stranger: always },
    },
    visit_page: {
      payload: () => ({ url: 'https://shop.example/cart', title: 'Cart' }),
      by: { owner: always, stranger: always },
    },
  },
  //                 assigned          waiting           ended             absent
  admin: {
    get_unassigned_chats: {
      payload: nothing,
      by: { owner: always, colleague: always, supervisor: always },
    },
    assign_chat: {
      payload: onlyChat,
      by: {
        owner: ['ok', 'ok', 'chat_ended', 'chat_not_found'],
        colleague: ['already_assigned', 'ok', 'chat_not_found', 'chat_not_found'],
        supervisor: ['already_assigned', 'ok', 'chat_ended', 'chat_not_found'],
      },
    },
    unassign_chat: {
      payload: onlyChat,
      by: {
        owner: ['ok', 'forbidden', 'chat_ended', 'chat_not_found'],
        colleague: ['chat_not_found', 'forbidden', 'chat_not_found', 'chat_not_found'],
        supervisor: ['ok', 'forbidden', 'chat_ended', 'chat_not_found'],
      },
    },
    admin_message: {
      payload: message,
      by: {
        owner: ['ok', 'forbidden', 'chat_ended', 'chat_not_found'],
        colleague: ['chat_not_found', 'forbidden', 'chat_not_found', 'chat_not_found'],
        supervisor: ['chat_not_found', 'forbidden', 'chat_ended', 'chat_not_found'],
      },
    },
    end_chat: {
      payload: onlyChat,
      by: {
        owner: ['ok', 'forbidden', 'chat_ended', 'chat_not_found'],
        colleague: ['chat_not_found', 'forbidden', 'chat_not_found', 'chat_not_found'],
        supervisor: ['ok', 'ok', 'chat_ended', 'chat_not_found'],
      },
    },
    get_chat: {
      payload: onlyChat,
      by: {
        owner: readable,
        colleague: ['chat_not_found', 'ok', 'chat_not_found', 'chat_not_found'],
        supervisor: readable,
      },
    },
    get_messages: {
      payload: timeline,
      by: {
        owner: readable,
        colleague: ['chat_not_found', 'ok', 'chat_not_found', 'chat_not_found'],
        supervisor: readable,
      },
    },
    mark_messages: {
      payload: marks,
      by: {
        owner: ['ok', 'forbidden', 'ok', 'chat_not_found'],
        colleague: ['chat_not_found', 'forbidden', 'chat_not_found', 'chat_not_found'],
        supervisor: ['chat_not_found', 'forbidden', 'chat_not_found', 'chat_not_found'],
      },
    },
    typing: {
      payload: typing,
      by: {
        owner: ['ok', 'forbidden', 'chat_ended', 'chat_not_found'],
        colleague: ['chat_not_found', 'forbidden', 'chat_not_found', 'chat_not_found'],
        supervisor: ['chat_not_found', 'forbidden', 'chat_ended', 'chat_not_found'],
      },
    },
    get_chats: {
      payload: nothing,
      by: { owner: always, colleague: always, supervisor: always },
    },
    get_user_presence: {
      payload: onlyChat,
      by: {
        owner: readable,
        colleague: ['chat_not_found', 'ok', 'chat_not_found', 'chat_not_found'],
        supervisor: readable,
      },
    },
    look_at_chat: {
      payload: onlyChat,
      by: {
        owner: readable,
        colleague: ['chat_not_found', 'ok', 'chat_not_found', 'chat_not_found'],
        supervisor: readable,
      },
    },
    get_overview: {
      payload: nothing,
      by: { owner: always, colleague: always, supervisor: always },
    },
  },
};

/** @throws for an event that nobody has thought about. */
export function rowOf(namespace: NamespaceName, event: string): AnyRow {
  const row = (matrix[namespace] as Record<string, AnyRow>)[event];
  if (!row) throw new Error(`${event} has no row in verdicts.ts`);
  return row;
}
