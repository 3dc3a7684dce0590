/**
 * Who did what, and when: sign-ins, claims, what supervisors read, who was shown or erased. What is
 * recorded while one write is on its way goes into the next, as messages do.
 */
import { type Actor, keyOf } from '../auth/policy.js';
import type { Logger } from '../log.js';
import type { AuditEntry, OversightStore } from '../store/OversightStore.js';

export interface Deed {
  /** Who did it; absent: the server by itself. */
  by?: Actor;
  action: string;
  /** Whom or what it concerns. */
  to?: Actor | { chatId: string } | undefined;
  address?: string | undefined;
}

interface Waiting {
  entry: AuditEntry;
  resolve(): void;
  reject(error: unknown): void;
}

export class AuditLog {
  private waiting: Waiting[] = [];
  private writing = false;

  constructor(
    private readonly store: Pick<OversightStore, 'addAudit'>,
    private readonly log: Pick<Logger, 'warn'>,
  ) {}

  /** Records what need not wait for it. */
  note(deed: Deed): void {
    this.record(deed).catch((err: unknown) => {
      this.log.warn({ err, action: deed.action }, 'the audit log could not be written');
    });
  }

  /** Fulfils when it is on disk: what must not happen unrecorded waits for it. */
  record(deed: Deed): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ entry: entryOf(deed), resolve, reject });
      if (!this.writing) void this.write();
    });
  }

  private async write(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.store.addAudit(batch.map(({ entry }) => entry));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.writing = false;
  }
}

export function entryOf({ by, action, to, address }: Deed): AuditEntry {
  return {
    at: Date.now(),
    actor: by ? keyOf(by) : 'server',
    action,
    subject: to ? nameOf(to) : null,
    address: address ?? null,
    details: null,
  };
}

function nameOf(to: Actor | { chatId: string }): string {
  return 'chatId' in to ? `chat:${to.chatId}` : keyOf(to);
}
