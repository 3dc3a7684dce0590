/** The types of the wire. Printed from the server's schemas by `npm run docs`: do not edit. */

/** Longest `content` of a message, in Unicode code points. */
export const CONTENT_LIMIT = 8000;

/** What a client acts on. */
export type ErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'invalid_payload'
  | 'unknown_event'
  | 'chat_not_found'
  | 'already_assigned'
  | 'chat_ended'
  | 'duplicate_id'
  | 'rate_limited'
  | 'payload_too_large'
  | 'unavailable'
  | 'internal';

/** A refusal; `details` says which parts of a payload are wrong, `retryAfter` how many seconds to wait, `adminId` who has a chat already. */
export interface WireError {
  code: ErrorCode;
  message: string;
  details?: string[];
  retryAfter?: number;
  adminId?: string;
}

export interface Page {
  url: string;
  title: string;
}

export interface Chat {
  chatId: string;
  userId: string;
  adminId: string | null;
  status: 'unassigned' | 'assigned' | 'ended';
  lastSeq: number;
  createdAt: string;
  assignedAt: string | null;
  assignedSeq: number | null;
  endedAt: string | null;
  endedBy: string | null;
  firstResponseAt: string | null;
  marks: {
    user: { deliveredSeq: number; seenSeq: number };
    admin: { deliveredSeq: number; seenSeq: number };
  };
}

export interface Message {
  messageId: string;
  chatId: string;
  seq: number;
  kind: 'message' | 'assignment' | 'unassignment' | 'end';
  senderId: string;
  senderRole: 'user' | 'admin';
  receiverId: string | null;
  content: string;
  clientMessageId?: string | undefined;
  createdAt: string;
  erasedAt?: string | undefined;
}

export interface ChatAssigned {
  chatId: string;
  adminId: string;
  userId: string;
  seq: number;
  assignedAt: string;
}

export interface ChatUnassigned {
  chatId: string;
  adminId: string;
  userId: string;
  seq: number;
  unassignedAt: string;
}

export interface ChatEnded {
  chatId: string;
  endedBy: string;
  endedAt: string;
  seq: number;
}

export interface MessagesMarked {
  chatId: string;
  side: 'user' | 'admin';
  deliveredSeq: number;
  seenSeq: number;
}

export interface TypingNews {
  chatId: string;
  senderId: string;
  senderRole: 'user' | 'admin';
  typing: boolean;
  preview?: string | undefined;
}

export interface UserPresence {
  userId: string;
  online: boolean;
  page: Page | null;
}

export interface SupportPresence {
  online: boolean;
}

export interface ChatViewers {
  chatId: string;
  adminIds: Array<string>;
}

export interface Heartbeat {
  chats: Array<{ chatId: string; lastSeq: number }>;
}

export interface MessagesPage {
  messages: Array<Message>;
  hasMore: boolean;
}

export interface ChatsPage {
  chats: Array<Chat>;
  nextCursor: string | null;
}

export interface Overview {
  waiting: number;
  active: number;
  hours: Array<{
    hour: string;
    started: number;
    ended: number;
    firstResponse: number | null;
    resolution: number | null;
  }>;
}

/** What a user sends. */
export interface UserEvents {
  /** Initiates a new chat request. A user's open chat is given again, never a second one. */
  start_chat: { payload: undefined; data: Chat };
  /** Sends a message from the user to the admin, also before one is there. */
  user_message: {
    payload: {
      chatId: string;
      senderId?: string | undefined;
      receiverId?: string | null | undefined;
      content: string;
      clientMessageId?: string | undefined;
    };
    data: Message;
  };
  /** Ends a chat. Nothing follows the end. */
  end_chat: { payload: { chatId: string }; data: ChatEnded };
  /** The chat room object of a chat, as it is now. */
  get_chat: { payload: { chatId: string }; data: Chat };
  /** A page of the timeline, rising by `seq`: after `afterSeq`, before `beforeSeq`, or the newest. Long messages make it shorter: go by `hasMore`. */
  get_messages: {
    payload: {
      chatId: string;
      afterSeq?: number | undefined;
      beforeSeq?: number | undefined;
      limit?: number | undefined;
    };
    data: MessagesPage;
  };
  /** Says how far you have received and seen. Who sends a message has seen all before it. */
  mark_messages: {
    payload: { chatId: string; deliveredSeq?: number | undefined; seenSeq?: number | undefined };
    data: MessagesMarked;
  };
  /** Tells the other participant that you type, or stopped. Kept nowhere. */
  typing: {
    payload: { chatId: string; typing: boolean; preview?: string | undefined };
    data: Record<string, never>;
  };
  /** The user's own chats, newest first. */
  get_chats: {
    payload: {
      status?: 'open' | 'ended' | undefined;
      cursor?: string | undefined;
      limit?: number | undefined;
    };
    data: ChatsPage;
  };
  /** Tells the admin of your chat where on the site you are. Kept while you are connected. */
  visit_page: { payload: { url: string; title?: string | undefined }; data: Record<string, never> };
}

/** What an admin sends. */
export interface AdminEvents {
  /** Requests the unassigned chats, oldest first; answered by `unassigned_chats` too. */
  get_unassigned_chats: {
    payload: { cursor?: string | undefined; limit?: number | undefined };
    data: ChatsPage;
  };
  /** Assigns the admin to a chat. Of several at once exactly one wins. */
  assign_chat: { payload: { chatId: string }; data: Chat };
  /** Puts a chat of yours back into the queue, at its old place. */
  unassign_chat: { payload: { chatId: string }; data: Chat };
  /** Sends a message from the admin to the user of a chat that is theirs. */
  admin_message: {
    payload: {
      chatId: string;
      senderId?: string | undefined;
      receiverId?: string | null | undefined;
      content: string;
      clientMessageId?: string | undefined;
    };
    data: Message;
  };
  /** Ends a chat. Nothing follows the end. */
  end_chat: { payload: { chatId: string }; data: ChatEnded };
  /** The chat room object of a chat, as it is now. */
  get_chat: { payload: { chatId: string }; data: Chat };
  /** A page of the timeline, rising by `seq`: after `afterSeq`, before `beforeSeq`, or the newest. Long messages make it shorter: go by `hasMore`. */
  get_messages: {
    payload: {
      chatId: string;
      afterSeq?: number | undefined;
      beforeSeq?: number | undefined;
      limit?: number | undefined;
    };
    data: MessagesPage;
  };
  /** Says how far you have received and seen. Who sends a message has seen all before it. */
  mark_messages: {
    payload: { chatId: string; deliveredSeq?: number | undefined; seenSeq?: number | undefined };
    data: MessagesMarked;
  };
  /** Tells the other participant that you type, or stopped. Kept nowhere. */
  typing: {
    payload: { chatId: string; typing: boolean; preview?: string | undefined };
    data: Record<string, never>;
  };
  /** The admin's own chats, newest first; with `scope: 'all'`, for supervisors, everybody's, of one user or admin if named. */
  get_chats: {
    payload: {
      status?: 'open' | 'ended' | undefined;
      cursor?: string | undefined;
      limit?: number | undefined;
      scope?: 'own' | 'all' | undefined;
      ofUser?: string | undefined;
      ofAdmin?: string | undefined;
    };
    data: ChatsPage;
  };
  /** Whether the user of a chat is connected, and on which page. */
  get_user_presence: { payload: { chatId: string }; data: UserPresence };
  /** Says which chat you have before your eyes, and tells who else has. While it waits you see it live, as a supervisor always. */
  look_at_chat: { payload: { chatId: string | null }; data: ChatViewers | null };
  /** How many chats wait and run, and the last 24 hours. */
  get_overview: { payload: undefined; data: Overview };
}

/** What a user receives. */
export interface EventsForUsers {
  /** Answer to `start_chat`, to every tab of the user. */
  chat_started: Chat;
  /** Whether any admin is there: on connecting, and when it changes. */
  support_presence: SupportPresence;
  /** A message in a chat of yours; the sender gets it too. */
  new_message: Message;
  /** An admin has taken a chat. Sent to its user and to every admin. */
  chat_assigned: ChatAssigned;
  /** A chat waits again. Sent to its user and to every admin. */
  chat_unassigned: ChatUnassigned;
  /** How far a side of your chat has got. */
  messages_marked: MessagesMarked;
  /** The other participant types, or stopped. */
  typing: TypingNews;
  /** A chat has ended. Sent to its participants; to every admin if it was still waiting. */
  chat_ended: ChatEnded;
  /** Last `seq` of your open chats, on connecting and after there was traffic: ask for what you lack. */
  heartbeat: Heartbeat;
  /** An event of yours was refused; `event` names it. `already_assigned` says by `adminId` who has the chat. */
  error: {
    message: string;
    code: string;
    event: string | null;
    details?: Array<string> | undefined;
    retryAfter?: number | undefined;
    adminId?: string | undefined;
  };
}

/** What an admin receives. */
export interface EventsForAdmins {
  /** Answer to `get_unassigned_chats`. */
  unassigned_chats: Array<Chat>;
  /** A user has started a chat, or a chat waits again. Sent to every admin. */
  new_chat_request: Chat;
  /** The user of a chat of yours has come, gone, or opened another page. */
  user_presence: UserPresence;
  /** Who has the chat before their eyes that you have before yours. */
  chat_viewers: ChatViewers;
  /** The user of an ended chat of yours has been erased: read the chat anew, and show nothing of before. */
  chat_erased: { chatId: string };
  /** A message in a chat of yours; the sender gets it too. */
  new_message: Message;
  /** An admin has taken a chat. Sent to its user and to every admin. */
  chat_assigned: ChatAssigned;
  /** A chat waits again. Sent to its user and to every admin. */
  chat_unassigned: ChatUnassigned;
  /** How far a side of your chat has got. */
  messages_marked: MessagesMarked;
  /** The other participant types, or stopped. */
  typing: TypingNews;
  /** A chat has ended. Sent to its participants; to every admin if it was still waiting. */
  chat_ended: ChatEnded;
  /** Last `seq` of your open chats, on connecting and after there was traffic: ask for what you lack. */
  heartbeat: Heartbeat;
  /** An event of yours was refused; `event` names it. `already_assigned` says by `adminId` who has the chat. */
  error: {
    message: string;
    code: string;
    event: string | null;
    details?: Array<string> | undefined;
    retryAfter?: number | undefined;
    adminId?: string | undefined;
  };
}
