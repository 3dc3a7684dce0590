/** Draws the visitor's attention to an answer: the badge, and what they have allowed besides. */
import type { Message, Readable, UserClient } from '@chat-server/client';
import { plural } from '../strings/format.js';
import type { Language } from '../strings/load.js';
import { Cell } from './Cell.js';
import type { Host } from './Host.js';
import { chime, isFirstTab } from './ring.js';
import { type VisitorStorage, WIDGET } from './storage.js';

const SOUND_KEY = `${WIDGET}sound`;
const NOTIFY_KEY = `${WIDGET}notify`;
const ASKED_KEY = `${WIDGET}asked`;

export class Attention {
  readonly sound: Cell<boolean>;
  /** Wanted here; whether the browser allows it is the host's to know. */
  readonly notify: Cell<boolean>;
  /** Whether the visitor has been asked. */
  readonly asked: Cell<boolean>;

  /** The number of unread messages that the site's page knows. */
  private told = 0;

  constructor(
    private readonly host: Host,
    private readonly storage: VisitorStorage,
    private readonly language: Readable<Language>,
  ) {
    const recall = (key: string) => new Cell(storage.getItem(key) !== null);
    this.sound = recall(SOUND_KEY);
    this.notify = recall(NOTIFY_KEY);
    this.asked = recall(ASKED_KEY);
  }

  get canNotify(): boolean {
    return this.notify.get() && this.host.state.get().notifications === 'granted';
  }

  setSound(yes: boolean): void {
    this.set(this.sound, SOUND_KEY, yes);
    this.setAsked();
    if (yes) void chime();
  }

  /** Call it from a click: browsers ask for the permission only then. */
  setNotify(yes: boolean): void {
    this.set(this.notify, NOTIFY_KEY, yes);
    this.setAsked();
    if (yes) this.host.send({ type: 'ask' });
  }

  setAsked(): void {
    this.set(this.asked, ASKED_KEY, true);
  }

  /** After the storage was erased. */
  reset(): void {
    for (const cell of [this.sound, this.notify, this.asked]) cell.set(false);
  }

  /** Counts what is unread. @returns ends it */
  follow(client: UserClient): () => void {
    let endTimeline = () => {};
    const count = () => this.tellUnread(client.current.get()?.get().unread ?? 0);
    const followTimeline = () => {
      endTimeline();
      endTimeline = client.current.get()?.subscribe(count) ?? (() => {});
      count();
    };
    const endCurrent = client.current.subscribe(followTimeline);
    followTimeline();
    return () => {
      endTimeline();
      endCurrent();
      this.tellUnread(0);
    };
  }

  /** Tells the site of a message of the other side, and the visitor in the ways they have chosen. */
  async heard({ chatId, messageId, seq, createdAt }: Message): Promise<void> {
    this.host.send({ type: 'message', message: { chatId, messageId, seq, createdAt } });
    if (this.host.isSeen && document.hasFocus()) return;
    if (!(await isFirstTab(messageId))) return;
    if (this.sound.get()) void chime();
    if (!this.canNotify || this.host.isSeen) return;
    const { strings } = this.language.get();
    const title = this.host.state.get().settings.title ?? strings.title;
    this.host.send({ type: 'notify', title, body: strings.newMessage, tag: messageId });
  }

  private tellUnread(count: number): void {
    if (count === this.told) return;
    this.told = count;
    const language = this.language.get();
    const label = count > 0 ? plural(language, language.strings.unread, count) : '';
    this.host.send({ type: 'unread', count, label });
  }

  private set(cell: Cell<boolean>, key: string, yes: boolean): void {
    cell.set(yes);
    if (yes) this.storage.setItem(key, '1');
    else this.storage.removeItem(key);
  }
}
