/**
 * The table of events: every name that may travel, in either direction, once.
 *
 * Handlers, the REST routes, the docs and the access tests are all made from it; an event that is
 * not here does not exist. The handler of each row is in `socket_handler/`, under the same name.
 */
import { z } from 'zod';
import * as v from './chat.validation.js';

export type NamespaceName = 'user' | 'admin';
export type Role = 'user' | 'admin' | 'supervisor';

interface ClientEvent {
  /** What the client sends as the event's one argument. */
  payload: z.ZodType;
  /** `data` of the ack. */
  data: z.ZodType;
  /**
   * The same over HTTP, below `/api/v1/<namespace>`; `:chatId` is taken from the path. Null for what
   * only means something while one is connected.
   */
  route: `${'GET' | 'POST'} /${string}` | null;
  does: string;
}

interface ServerEvent {
  data: z.ZodType;
  does: string;
}

const shared = {
  end_chat: {
    payload: v.chatPayload,
    data: v.chatEnded,
    route: 'POST /chats/:chatId/end',
    does: 'Ends a chat. Nothing follows the end.',
  },
  get_chat: {
    payload: v.chatPayload,
    data: v.chat,
    route: 'GET /chats/:chatId',
    does: 'The chat room object of a chat, as it is now.',
  },
  get_messages: {
    payload: v.getMessagesPayload,
    data: v.messagesPage,
    route: 'GET /chats/:chatId/messages',
    does: 'A page of the timeline, rising by `seq`: after `afterSeq`, before `beforeSeq`, or the newest. Long messages make it shorter: go by `hasMore`.',
  },
  mark_messages: {
    payload: v.markMessagesPayload,
    data: v.messagesMarked,
    route: 'POST /chats/:chatId/marks',
    does: 'Says how far you have received and seen. Who sends a message has seen all before it.',
  },
  typing: {
    payload: v.typingPayload,
    data: v.nothing,
    route: null,
    does: 'Tells the other participant that you type, or stopped. Kept nowhere.',
  },
} as const;

/** What a client may send, by namespace. */
export const clientEvents = {
  user: {
    start_chat: {
      payload: v.noPayload,
      data: v.chat,
      route: 'POST /chats',
      does: "Initiates a new chat request. A user's open chat is given again, never a second one.",
    },
    user_message: {
      payload: v.messagePayload,
      data: v.message,
      route: 'POST /chats/:chatId/messages',
      does: 'Sends a message from the user to the admin, also before one is there.',
    },
    ...shared,
    get_chats: {
      payload: v.getChatsPayload,
      data: v.chatsPage,
      route: 'GET /chats',
      does: "The user's own chats, newest first.",
    },
    visit_page: {
      payload: v.page,
      data: v.nothing,
      route: null,
      does: 'Tells the admin of your chat where on the site you are. Kept while you are connected.',
    },
  },
  admin: {
    get_unassigned_chats: {
      payload: v.getUnassignedChatsPayload,
      data: v.chatsPage,
      route: 'GET /unassigned-chats',
      does: 'Requests the unassigned chats, oldest first; answered by `unassigned_chats` too.',
    },
    assign_chat: {
      payload: v.chatPayload,
      data: v.chat,
      route: 'POST /chats/:chatId/assign',
      does: 'Assigns the admin to a chat. Of several at once exactly one wins.',
    },
    unassign_chat: {
      payload: v.chatPayload,
      data: v.chat,
      route: 'POST /chats/:chatId/unassign',
      does: 'Puts a chat of yours back into the queue, at its old place.',
    },
    admin_message: {
      payload: v.messagePayload,
      data: v.message,
      route: 'POST /chats/:chatId/messages',
      does: 'Sends a message from the admin to the user of a chat that is theirs.',
    },
    ...shared,
    get_chats: {
      payload: v.getAdminChatsPayload,
      data: v.chatsPage,
      route: 'GET /chats',
      does: "The admin's own chats, newest first; with `scope: 'all'`, for supervisors, everybody's, of one user or admin if named.",
    },
    get_user_presence: {
      payload: v.chatPayload,
      data: v.userPresence,
      route: 'GET /chats/:chatId/user-presence',
      does: 'Whether the user of a chat is connected, and on which page.',
    },
    look_at_chat: {
      payload: v.lookPayload,
      data: v.chatViewers.nullable(),
      route: null,
      does: 'Says which chat you have before your eyes, and tells who else has. While it waits you see it live, as a supervisor always.',
    },
    get_overview: {
      payload: v.noPayload,
      data: v.overview,
      route: 'GET /overview',
      does: 'How many chats wait and run, and the last 24 hours.',
    },
  },
} as const satisfies Record<NamespaceName, Record<string, ClientEvent>>;

const toBoth = {
  new_message: { data: v.message, does: 'A message in a chat of yours; the sender gets it too.' },
  chat_assigned: {
    data: v.chatAssigned,
    does: 'An admin has taken a chat. Sent to its user and to every admin.',
  },
  chat_unassigned: {
    data: v.chatUnassigned,
    does: 'A chat waits again. Sent to its user and to every admin.',
  },
  messages_marked: {
    data: v.messagesMarked,
    does: 'How far a side of your chat has got.',
  },
  typing: { data: v.typing, does: 'The other participant types, or stopped.' },
  chat_ended: {
    data: v.chatEnded,
    does: 'A chat has ended. Sent to its participants; to every admin if it was still waiting.',
  },
  heartbeat: {
    data: v.heartbeat,
    does: 'Last `seq` of your open chats, on connecting and after there was traffic: ask for what you lack.',
  },
  error: {
    data: z.object({
      message: z.string(),
      code: z.string(),
      event: z.string().nullable(),
      details: z.array(z.string()).optional(),
      retryAfter: z.int().optional(),
      adminId: v.participantId.optional(),
    }),
    does: 'An event of yours was refused; `event` names it. `already_assigned` says by `adminId` who has the chat.',
  },
} as const;

/** What the server sends, by namespace. */
export const serverEvents = {
  user: {
    chat_started: { data: v.chat, does: 'Answer to `start_chat`, to every tab of the user.' },
    support_presence: {
      data: v.supportPresence,
      does: 'Whether any admin is there: on connecting, and when it changes.',
    },
    ...toBoth,
  },
  admin: {
    unassigned_chats: { data: z.array(v.chat), does: 'Answer to `get_unassigned_chats`.' },
    new_chat_request: {
      data: v.chat,
      does: 'A user has started a chat, or a chat waits again. Sent to every admin.',
    },
    user_presence: {
      data: v.userPresence,
      does: 'The user of a chat of yours has come, gone, or opened another page.',
    },
    chat_viewers: {
      data: v.chatViewers,
      does: 'Who has the chat before their eyes that you have before yours.',
    },
    chat_erased: {
      data: v.chatErased,
      does: 'The user of an ended chat of yours has been erased: read the chat anew, and show nothing of before.',
    },
    ...toBoth,
  },
} as const satisfies Record<NamespaceName, Record<string, ServerEvent>>;

/** Roles that may join a namespace, and with it use each of its events. */
export const namespaceRoles: Record<NamespaceName, readonly Role[]> = {
  user: ['user'],
  admin: ['admin', 'supervisor'],
};

type Rows<N extends NamespaceName> = (typeof clientEvents)[N];
export type EventName<N extends NamespaceName> = keyof Rows<N> & string;
/** A payload after validation. */
export type PayloadOf<N extends NamespaceName, E extends EventName<N>> = Rows<N>[E] extends {
  payload: infer S extends z.ZodType;
}
  ? z.output<S>
  : never;
export type DataOf<N extends NamespaceName, E extends EventName<N>> = Rows<N>[E] extends {
  data: infer S extends z.ZodType;
}
  ? z.output<S>
  : never;

type ServerRows<N extends NamespaceName> = (typeof serverEvents)[N];
/** Name to listener, in the form that Socket.IO's types take. */
export type ServerEventMap<N extends NamespaceName> = {
  [E in keyof ServerRows<N>]: ServerRows<N>[E] extends { data: infer S extends z.ZodType }
    ? (data: z.output<S>) => void
    : never;
};
