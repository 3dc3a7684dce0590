import type { ErrorCode, WireError } from './wire.js';

/** A refusal by the server, or `unavailable` when it could not be asked. */
export class ClientError extends Error {
  readonly code: ErrorCode;
  readonly details: string[] | undefined;
  /** Of `already_assigned`: who has the chat. */
  readonly adminId: string | undefined;

  /** Of `rate_limited`: seconds until it may be tried again. */
  readonly retryAfter: number | undefined;

  constructor({ code, message, details, adminId, retryAfter }: WireError) {
    super(message);
    this.name = 'ClientError';
    this.code = code;
    this.details = details;
    this.adminId = adminId;
    this.retryAfter = retryAfter;
  }

  /** The same may succeed later. */
  get isPassing(): boolean {
    return this.code === 'unavailable' || this.code === 'rate_limited';
  }

  toWire(): WireError {
    const wire: WireError = { code: this.code, message: this.message };
    if (this.details) wire.details = this.details;
    if (this.adminId !== undefined) wire.adminId = this.adminId;
    return wire;
  }
}

export const unavailable = (message: string) => new ClientError({ code: 'unavailable', message });

/** Whatever was thrown, in the one form. */
export function toClientError(thrown: unknown): ClientError {
  return thrown instanceof ClientError ? thrown : unavailable(String(thrown));
}
