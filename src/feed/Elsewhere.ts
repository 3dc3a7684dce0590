/** What is so on the other nodes, as far as they say; without a bus nothing is known of them. */
import type { Nodes } from './Nodes.js';
import type { Registry } from './Registry.js';

export class Elsewhere {
  constructor(
    private readonly nodes: Nodes | undefined,
    private readonly registry: Registry | undefined,
  ) {}

  /** Whether an admin is connected there. */
  get hasAdmins(): boolean {
    return this.nodes?.adminsElsewhere ?? false;
  }

  /** Tells them whether one is connected here. */
  setHasAdmins(hasAdmins: boolean): void {
    this.nodes?.setHasAdmins(hasAdmins);
  }

  /** Tells them something on a topic, under a key of this node's own, until {@link unsay}. */
  say(topic: string, key: string, value: string): void {
    this.registry?.put(topic, key, value);
  }

  unsay(topic: string, key: string): void {
    this.registry?.drop(topic, key);
  }

  /** What they say on a topic. */
  async heard(topic: string): Promise<string[]> {
    return (await this.registry?.others(topic)) ?? [];
  }
}
