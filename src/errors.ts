/**
 * Every error a client can be told, once.
 *
 * A **code** is what a client acts on; the table is closed (docs/protocol.md is printed from it).
 * A **reason** is one fixed sentence under a code: no text of a client's, of the database or of a
 * library ever travels in an error, so none can leak or be reflected.
 */

export const errorCodes = {
  unauthorized: {
    status: 401,
    means: 'Who you are is missing, unproven or expired: sign in again.',
  },
  forbidden: { status: 403, means: 'You are known, and may not do this.' },
  invalid_payload: { status: 400, means: 'The payload is wrong; `details` says where. Mend it.' },
  unknown_event: { status: 404, means: 'This namespace has no such event.' },
  chat_not_found: { status: 404, means: 'No such chat, or it is not yours.' },
  already_assigned: { status: 409, means: 'Another admin has this chat.' },
  chat_ended: { status: 409, means: 'The chat has ended; nothing can follow.' },
  duplicate_id: { status: 409, means: 'This clientMessageId was used for another message.' },
  rate_limited: {
    status: 429,
    means: 'Too much at once: wait `retryAfter` seconds, then send it again.',
  },
  payload_too_large: { status: 413, means: 'The payload is larger than the server takes.' },
  unavailable: { status: 503, means: 'Not now: send again, with the same clientMessageId.' },
  internal: { status: 500, means: 'A fault of the server; it is in its log.' },
} as const;

export type ErrorCode = keyof typeof errorCodes;

const table = {
  missing_user_id: [
    'unauthorized',
    'The query parameter userId is missing: connect with ?userId=…',
  ],
  missing_admin_id: [
    'unauthorized',
    'The query parameter adminId is missing: connect with ?adminId=…',
  ],
  bad_id: [
    'unauthorized',
    'The id is not valid: 1 to 128 letters, digits or . _ : @ | + = ~ / -, starting with a letter, a digit or _.',
  ],
  wrong_password: ['unauthorized', 'The name or the password is wrong.'],
  sso_failed: ['unauthorized', 'Single sign-on did not succeed: try again.'],
  sso_no_role: [
    'forbidden',
    'Your organisation knows you, but has given you no role in this console.',
  ],
  sso_unreachable: ['unavailable', 'Single sign-on cannot be reached just now: try again.'],
  missing_token: ['unauthorized', 'A token is required: give it in the handshake as auth.token.'],
  missing_bearer: [
    'unauthorized',
    'A token is required: send it in the header Authorization: Bearer …',
  ],
  bad_token: ['unauthorized', 'The token is not valid here, or it has expired.'],
  token_of_another: ['unauthorized', 'The token was made for another id.'],
  token_role: ['forbidden', 'The role in the token may not use this namespace.'],
  origin: [
    'forbidden',
    'Pages of this origin may not connect: the operator can add it to FRONTEND_URL.',
  ],
  host: [
    'forbidden',
    'This host name is not served in open mode: use localhost, or set AUTH_MODE=token.',
  ],
  proxied: [
    'forbidden',
    'This came through a proxy, and in open mode only this machine is served: set TRUSTED_PROXIES.',
  ],
  no_account: ['unknown_event', 'There is no account of this name.'],
  own_account: ['forbidden', 'Not your own account: ask another supervisor.'],
  last_supervisor: [
    'forbidden',
    'This is the only supervisor: make somebody else a supervisor first.',
  ],
  no_supervisor: [
    'forbidden',
    'There is no supervisor yet, and nobody else can keep accounts: make a supervisor first.',
  ],
  nothing_kept: ['unknown_event', 'Nothing is kept about this user.'],
  not_a_token: ['invalid_payload', 'This is no token that would let anybody in.'],
  setup_done: ['forbidden', 'This link has been used or has expired.'],
  no_namespace: ['forbidden', 'Connect to the namespace /user or /admin.'],
  supervisors_only: ['forbidden', 'Only a supervisor may do this.'],
  other_sender: ['forbidden', 'senderId is not you: leave it out, the server knows who you are.'],
  other_receiver: [
    'forbidden',
    'receiverId is not in this chat: leave it out, the server knows who receives.',
  ],
  not_taken: ['forbidden', 'The chat has no admin yet: take it with assign_chat first.'],
  invalid_payload: ['invalid_payload', 'The payload is not valid.'],
  bad_json: ['invalid_payload', 'The body is not valid JSON.'],
  unknown_event: ['unknown_event', 'There is no such event here.'],
  unknown_route: ['unknown_event', 'There is no such address here.'],
  chat_not_found: ['chat_not_found', 'No such chat, or it is not yours.'],
  already_assigned: ['already_assigned', 'Another admin has taken this chat.'],
  chat_ended: ['chat_ended', 'The chat has ended.'],
  duplicate_id: ['duplicate_id', 'This clientMessageId was used for another message.'],
  too_many_unanswered: [
    'rate_limited',
    'Too many events are waiting for an answer: wait for some.',
  ],
  too_many_events: ['rate_limited', 'Too many events at once: wait, then send it again.'],
  too_many_bytes: ['rate_limited', 'Too much was sent at once: wait, then send it again.'],
  too_many_connections: ['rate_limited', 'Too many connections are open: close some.'],
  too_many_connects: ['rate_limited', 'Too many connections in a short time: wait a little.'],
  too_many_chats: ['rate_limited', 'Too many chats were started: wait before the next.'],
  too_many_requests: ['rate_limited', 'Too many requests: wait, then try again.'],
  too_many_tries: ['rate_limited', 'Too many tries: wait, then try again.'],
  payload_too_large: ['payload_too_large', 'The payload is larger than the server takes.'],
  not_ready: ['unavailable', 'The server is starting or stopping: try again.'],
  store_unavailable: [
    'unavailable',
    'No answer from the data in time: what you sent may be kept or not. Send it again with the same clientMessageId, or look before you do.',
  ],
  internal: ['internal', 'The server made a mistake; it has been noted.'],
} as const satisfies Record<string, readonly [ErrorCode, string]>;

export type Reason = keyof typeof table;

/** Every reason with its code and sentence, for the docs and the tests. */
export const reasons: Readonly<Record<Reason, readonly [ErrorCode, string]>> = table;

/** What a client is told: the wire form of every error, on sockets and over HTTP. */
export interface WireError {
  code: ErrorCode;
  message: string;
  /** Which parts of the payload are wrong, in the schema's own words. */
  details?: string[];
  /** Seconds to wait before trying again, at least 1; with `rate_limited`. */
  retryAfter?: number;
  /** Of `already_assigned`: who has the chat. Every admin may know, as from `chat_assigned`. */
  adminId?: string;
}

/** What a client is told beside code and sentence. */
type ErrorFacts = Omit<WireError, 'code' | 'message'>;

/** The parts of a Zod issue that are told. */
interface Issue {
  code?: string;
  path: PropertyKey[];
  message: string;
}

/** In milliseconds. */
const CROWDED_FOR = 10_000;

/** An error meant for the client that caused it. Anything else that is thrown becomes `internal`. */
export class ChatError extends Error {
  readonly code: ErrorCode;

  constructor(
    readonly reason: Reason,
    readonly facts: ErrorFacts = {},
  ) {
    super(reasons[reason][1]);
    this.code = reasons[reason][0];
  }

  /** @param wait milliseconds until it may be tried again */
  static limited(reason: Reason, wait: number): ChatError {
    return new ChatError(reason, { retryAfter: Math.max(1, Math.ceil(wait / 1000)) });
  }

  /** Too many connections are open, and nobody knows for how long. */
  static crowded(): ChatError {
    return ChatError.limited('too_many_connections', CROWDED_FOR);
  }

  /** Says where a payload is wrong: names of our schemas, sentences of our own, nothing repeated. */
  static ofPayload(issues: readonly Issue[]): ChatError {
    const details = issues.slice(0, 10).map(({ code, path, message }) => {
      if (code === 'unrecognized_keys') return 'has a field that is not known here';
      return path.length > 0 ? `${path.join('.')} ${message}` : message;
    });
    return new ChatError('invalid_payload', { details });
  }
}

/** The one place where an error takes the form that clients see. */
export function toWireError(error: unknown): WireError {
  const known = error instanceof ChatError ? error : new ChatError('internal');
  return { code: known.code, message: known.message, ...known.facts };
}
