/**
 * What nobody needs at once: the badge, the options, the questions, the sound. It is loaded when the
 * panel has its connection, so that a visitor can write sooner.
 */
import type { Readable } from '@chat-server/client';
import type { Language } from '../strings/load.js';
import { Attention } from './Attention.js';
import css from './extras.css?inline';
import type { Host } from './Host.js';
import type { Session } from './Session.js';
import type { VisitorStorage } from './storage.js';
import { adopt } from './style.js';
import { Ask } from './view/Ask.js';
import { Menu } from './view/Menu.js';

export interface Parts {
  host: Host;
  session: Session;
  storage: VisitorStorage;
  language: Readable<Language>;
}

export interface Extras {
  attention: Attention;
  Ask: typeof Ask;
  Menu: typeof Menu;
}

export function startExtras({ host, session, storage, language }: Parts): Extras {
  adopt(css);
  const attention = new Attention(host, storage, language);
  let end = () => {};
  const follow = () => {
    end();
    const client = session.client.get();
    end = client ? attention.follow(client) : () => {};
  };
  session.client.subscribe(follow);
  follow();
  return { attention, Ask, Menu };
}
