/** Calls an admin who looks elsewhere: tone, notification, title and icon of the tab. */
import { useEffect, useRef } from 'react';
import { useDesk } from '../desk/DeskContext.js';
import { useSettings } from '../desk/settings.js';
import { useCalm } from '../desk/useCalm.js';
import { useUnread } from '../desk/useUnread.js';
import icon from '../images/icon.svg';
import iconUnread from '../images/icon-unread.svg';
import { count, nameOf } from '../shared/format.js';
import { canNotify, notify } from './desktop.js';
import { play } from './sound.js';
import { useIsSpeaker } from './useIsSpeaker.js';

const titles = {
  queue: 'Queue',
  mine: 'My chats',
  all: 'All chats',
  overview: 'Overview',
  team: 'Team',
};

export function Attention() {
  const { client, place, go, announce } = useDesk();
  const [settings] = useSettings();
  const speaks = useIsSpeaker();
  const unread = useUnread(client);
  const queue = useCalm(client.queue);
  // Listeners are set once and read what is current.
  const now = useRef({ settings, speaks, place, go, announce });
  now.current = { settings, speaks, place, go, announce };

  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${titles[place.view]} · Chat Server`;
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link) link.href = unread > 0 ? iconUnread : icon;
  }, [unread, place.view]);

  useEffect(
    () =>
      client.on('message', ({ chatId, content, senderId }) => {
        const {
          settings: chosen,
          speaks: mayCall,
          place: at,
          go: open,
          announce: say,
        } = now.current;
        const name = nameOf(senderId);
        say(at.chatId === chatId ? `${name}: ${content}` : `New message from ${name}`);
        if (client.chat(chatId).get().chat?.adminId !== client.selfId) return;
        const seesIt = at.chatId === chatId && document.hasFocus();
        if (!mayCall || seesIt) return;
        if (chosen.sound) play('message');
        if (chosen.notifications && canNotify() && !document.hasFocus()) {
          const onClick = () => open({ view: 'mine', chatId });
          notify({ title: name, text: content.slice(0, 200), tag: chatId, onClick });
        }
      }),
    [client],
  );

  // What was there when the queue had come is no news.
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!queue.complete) return;
    const before = known.current;
    known.current = new Set(queue.chats.map(({ chatId }) => chatId));
    const fresh = before ? queue.chats.filter(({ chatId }) => !before.has(chatId)) : [];
    const [first] = fresh;
    if (!first) return;
    const { settings: chosen, speaks: mayCall, go: open, announce: say } = now.current;
    const title =
      fresh.length === 1 ? `New chat: ${nameOf(first.userId)}` : count(fresh.length, 'new chat');
    say(title);
    if (!mayCall) return;
    if (chosen.sound) play('chat');
    if (chosen.notifications && canNotify() && !document.hasFocus()) {
      const chatId = fresh.length === 1 ? first.chatId : null;
      const onClick = () => open({ view: 'queue', chatId });
      notify({
        title,
        text: `${count(queue.chats.length, 'chat')} waiting`,
        tag: 'queue',
        onClick,
      });
    }
  }, [queue]);

  return null;
}
