import type { ErrorCode, WireError } from './wire.js';

/** A refusal by the server, or `unavailable` when it could not be asked. */
export class ClientError extends Error {
  declare readonly code: ErrorCode;
  /** Which parts of a payload are wrong. */
  declare readonly details?: string[];
  /** Of `already_assigned`: who has the chat. */
  declare readonly adminId?: string;
  /** Of `rate_limited`: seconds until it may be tried again. */
  declare readonly retryAfter?: number;

  constructor(readonly wire: WireError) {
    super(wire.message);
    this.name = 'ClientError';
    Object.assign(this, wire);
  }

  /** The same may succeed later. */
  get isPassing(): boolean {
    return this.code === 'unavailable' || this.code === 'rate_limited';
  }
}

export const unavailable = (message: string) => new ClientError({ code: 'unavailable', message });

/** Whatever was thrown, in the one form. */
export function toClientError(thrown: unknown): ClientError {
  return thrown instanceof ClientError ? thrown : unavailable(String(thrown));
}
