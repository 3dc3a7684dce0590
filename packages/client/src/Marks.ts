/** How far this side has got in a chat: what it has seen, what is unread, and when the server is told. */
import type { Ask, SharedEvents } from './events.js';
import type { History } from './History.js';
import type { HistoryLink } from './HistoryLink.js';
import type { Timing } from './timing.js';

/** What marks need of their client. */
export interface MarksLink extends HistoryLink {
  timing: Timing;
  ask: Ask<SharedEvents>;
  isConnected(): boolean;
}

export class Marks {
  /** Last `seq` that this side has seen here, told to the server or not yet. */
  private seenSeq = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly link: MarksLink,
    private readonly history: History,
  ) {}

  /** Everything that is here has been seen. @returns whether that is new */
  see(): boolean {
    const { last } = this.history;
    if (last <= this.seenSeq) return false;
    this.seenSeq = last;
    this.schedule();
    return true;
  }

  /** Tells the server soon, together with what else comes until then. */
  schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.send();
    }, this.link.timing.marks);
  }

  close(): void {
    clearTimeout(this.timer);
  }

  /** Messages of the other side that have not been seen. */
  countUnread(): number {
    const { entries, first, known } = this.history;
    const { side } = this.link;
    const seen = Math.max(this.seenSeq, known.marks[side].seenSeq);
    // Of those that are not here it is only known that they are.
    let count = Math.max(0, first - 1 - seen);
    for (const { seq, kind, senderRole } of entries) {
      if (seq > seen && kind === 'message' && senderRole !== side) count++;
    }
    return count;
  }

  private send(): void {
    const { link, history, seenSeq } = this;
    const { known, entries, gone, chatId } = history;
    const told = known.marks[link.side];
    const deliveredSeq = entries.at(-1)?.seq ?? 0;
    const nothingNew = deliveredSeq <= told.deliveredSeq && seenSeq <= told.seenSeq;
    if (nothingNew || gone || !link.isConnected() || !link.takesPart(known.chat)) return;
    link
      .ask('mark_messages', { chatId, deliveredSeq, seenSeq })
      .then((mark) => history.mark(link.side, mark))
      // Tried again when there is a connection.
      .catch(() => undefined);
  }
}
