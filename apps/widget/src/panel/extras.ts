/**
 * What nobody needs at once: the badge, the options, the questions, the sound. It is loaded when the
 * panel has its connection, so that a visitor can write sooner.
 */
import type { Readable } from '@chat-server/client';
import type { Language } from '../strings/load';
import { Attention } from './Attention';
import css from './extras.css?inline';
import type { Host } from './Host';
import type { Session } from './Session';
import type { VisitorStorage } from './storage';
import { adopt } from './style';
import { Ask } from './view/Ask';
import { Menu } from './view/Menu';

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
