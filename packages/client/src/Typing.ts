/** Who types: one's own signs, not too many, and the other side's, which pass by themselves. */
import type { Timing } from './timing.js';

export interface TypingState {
  senderId: string;
  /** What stands in their input, where the site shows it. */
  preview?: string;
}

type Sign = { typing: boolean; preview?: string | undefined };

export class Typing {
  other: TypingState | null = null;
  private passing: ReturnType<typeof setTimeout> | undefined;
  private said: Sign = { typing: false };
  private saidAt = 0;
  private later: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly timing: Timing,
    private readonly say: (sign: Sign) => void,
    private readonly onChange: () => void,
  ) {}

  /** One's own. A stop is told at once, anything else at most every so often. */
  set(sign: Sign): void {
    clearTimeout(this.later);
    const same = sign.typing === this.said.typing && sign.preview === this.said.preview;
    if (same && !sign.typing) return;
    const wait = this.saidAt + this.timing.typingEvery - Date.now();
    if (sign.typing && this.said.typing && wait > 0) {
      if (!same) this.later = setTimeout(() => this.tell(sign), wait);
      return;
    }
    this.tell(sign);
  }

  /** The other side's. */
  hear(other: TypingState | null): void {
    clearTimeout(this.passing);
    if (other) this.passing = setTimeout(() => this.hear(null), this.timing.typingFor);
    if (!other && !this.other) return;
    this.other = other;
    this.onChange();
  }

  /** A message has gone out: that one typed is over, and the server's side knows it. */
  sent(): void {
    clearTimeout(this.later);
    this.said = { typing: false };
    this.saidAt = 0;
  }

  close(): void {
    clearTimeout(this.later);
    clearTimeout(this.passing);
  }

  private tell(sign: Sign): void {
    this.said = sign;
    this.saidAt = Date.now();
    this.say(sign);
  }
}
