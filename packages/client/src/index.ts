/** The client SDK of Chat Server: see docs/client.md. */
export { AdminClient, type AdminOptions, connectAdmin } from './AdminClient.js';
export { ChatClient, type ClientOptions, type RefusedEvent } from './ChatClient.js';
export { ChatTimeline, type TimelineEntry, type TimelineState } from './ChatTimeline.js';
export { ClientError } from './ClientError.js';
export type { ConnectionState, Token } from './Connection.js';
export { type ClientStorage, newClientMessageId, type Outgoing } from './Outbox.js';
export type { QueueState } from './Queue.js';
export { type Readable, when } from './readable.js';
export type { TimelineMessage } from './Stretch.js';
export type { TypingState } from './Typing.js';
export type { Timing } from './timing.js';
export { connectUser, UserClient, type UserOptions, type VisitedPage } from './UserClient.js';
export {
  type Chat,
  type ChatsPage,
  type ChatViewers,
  CONTENT_LIMIT,
  type ErrorCode,
  type Message,
  type Overview,
  type Page,
  type UserPresence,
  type WireError,
} from './wire.js';
