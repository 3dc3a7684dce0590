/** A table of hostile rows becomes a suite: each is sent, and after each the ward has to be well. */
import { expect, test } from 'vitest';
import type { RunningServer } from '../support/server.js';
import { type Tokens, Ward } from './ward.js';

export interface Row {
  /** Its number in the table of hostile clients. */
  row: string;
  sent: string;
  /** REFUSE, CLOSE, ERR or IGNORE, or what else comes of it. */
  answer: string;
  run(ward: Ward): Promise<void>;
}

export function hostile(server: () => RunningServer, rows: Row[], tokens?: Tokens): void {
  for (const { row, sent, answer, run } of rows) {
    test(`${row} ${sent} → ${answer}`, async () => {
      const ward = await Ward.open(server(), tokens);
      await run(ward);
      await ward.check();
    });
  }
}

/** A refused handshake: `connect_error` with a code, or a status. */
export async function refused(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => expect.fail('nothing refused it'),
    (error: Error) => error.message,
  );
}
