/** The services around people and access, put together, and what they do by the clock. */
import type { Actor } from '../auth/policy.js';
import type { Session, Tokens } from '../auth/tokens.js';
import type { Reach } from '../feed/Reach.js';
import type { Logger } from '../log.js';
import type { OversightStore } from '../store/OversightStore.js';
import { AuditLog } from './AuditLog.js';
import { PersonService } from './PersonService.js';
import { RevocationService } from './RevocationService.js';

/** How often to look for what was revoked elsewhere; it has to hold within a second. Milliseconds. */
const LOOK_EVERY = 500;
const DELETE_EVERY = 3_600_000;
/** How often to look for erased bytes that are still in the files, in milliseconds. */
const SCRUB_EVERY = 20_000;

export interface OversightOptions {
  store: OversightStore;
  tokens: Pick<Tokens, 'verify'>;
  log: Logger;
  endSessions(ended: (session: Session) => boolean): void;
  endChat(by: Actor, chatId: string): Promise<unknown>;
  reach?: Reach;
}

export class Oversight {
  readonly audit: AuditLog;
  readonly revocations: RevocationService;
  readonly people: PersonService;

  constructor(private readonly options: OversightOptions) {
    const { store, tokens, log, endSessions, endChat, reach } = options;
    this.audit = new AuditLog(store, log);
    this.revocations = new RevocationService(store, tokens, endSessions);
    const disconnect = (id: string) => this.revocations.sendAway({ id, role: 'user' });
    this.people = new PersonService({ store, audit: this.audit, endChat, disconnect, reach });
  }

  /**
   * Begins what is done by the clock.
   * @param retentionDays after which ended chats are deleted; 0: never
   * @returns the timers, for whoever ends it.
   */
  watch(retentionDays: number): NodeJS.Timeout[] {
    const { log } = this.options;
    const look = setInterval(() => {
      this.revocations.endForeign().catch((err: unknown) => {
        log.warn({ err }, 'what was revoked could not be read');
      });
    }, LOOK_EVERY);
    const scrub = () => {
      this.scrub().catch((err: unknown) => {
        log.warn(
          { err },
          'the files of the database could not be freed of what was erased; trying again',
        );
      });
    };
    scrub();
    const timers = [look, setInterval(scrub, SCRUB_EVERY)];
    if (retentionDays === 0) return timers;
    const deleteOld = () => {
      this.people
        .deleteOld(retentionDays)
        .then((chats) => chats > 0 && log.info({ chats }, 'deleted chats of age'))
        .catch((err: unknown) => log.warn({ err }, 'chats of age could not be deleted'));
    };
    deleteOld();
    return [...timers, setInterval(deleteOld, DELETE_EVERY)];
  }

  private async scrub(): Promise<void> {
    const { store, log } = this.options;
    if (await store.scrub()) log.info('the files of the database are free of what was erased');
  }
}
