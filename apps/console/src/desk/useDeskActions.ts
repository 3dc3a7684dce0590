/** What an admin does with chats, and what they are told when it does not work. */
import { ClientError } from '@chat-server/client';
import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import { messageOf } from '../session/api.js';
import { nameOf } from '../shared/format.js';
import { composerFocus, shownList, useDesk } from './DeskContext.js';

export interface DeskActions {
  take(chatId: string): Promise<void>;
  /** Takes the chat that has waited longest. */
  takeOldest(): Promise<void>;
  giveBack(chatId: string): Promise<void>;
  /** Asks first. */
  end(chatId: string): void;
  /** Opens the next (1) or the previous (-1) chat of the list. */
  step(by: 1 | -1): void;
}

export function useDeskActions(): DeskActions {
  const { client, place, go, ask, announce } = useDesk();
  return useMemo(() => {
    const userOf = (chatId: string) => {
      const chat = client.chat(chatId).get().chat;
      const waiting = client.queue.get().chats.find((one) => one.chatId === chatId);
      return nameOf((chat ?? waiting)?.userId ?? 'the visitor');
    };
    const take = async (chatId: string) => {
      const name = userOf(chatId);
      try {
        await client.assignChat(chatId);
        go({ view: 'mine', chatId });
        composerFocus.ask(chatId);
        announce(`You have the chat with ${name}.`);
      } catch (error) {
        tell(`The chat with ${name} is not yours`, error);
      }
    };
    return {
      take,
      async takeOldest() {
        const [oldest] = client.queue.get().chats;
        if (oldest) await take(oldest.chatId);
        else {
          notifications.show({ color: 'gray', message: 'Nobody is waiting.', autoClose: 2500 });
        }
      },
      async giveBack(chatId) {
        const name = userOf(chatId);
        try {
          await client.unassignChat(chatId);
          announce(`The chat with ${name} is back in the queue.`);
          if (place.view === 'mine') go({ view: 'mine', chatId: neighbourOf(chatId) });
        } catch (error) {
          tell(`The chat with ${name} stays where it is`, error);
        }
      },
      end(chatId) {
        const name = userOf(chatId);
        ask({
          title: 'End this chat?',
          text: `${name} is told, and nobody can write in it any more.`,
          confirm: 'End chat',
          run: () => {
            client
              .chat(chatId)
              .end()
              .then(() => {
                announce(`The chat with ${name} has ended.`);
                // Where one wrote is gone, and so is its row in the list.
                document.getElementById('chat-ended')?.focus();
              })
              .catch((error: unknown) => tell(`The chat with ${name} has not ended`, error));
          },
        });
      },
      step(by) {
        const { view, chatIds } = shownList;
        if (!view || chatIds.length === 0) return;
        const at = place.chatId ? chatIds.indexOf(place.chatId) : -1;
        const next = at < 0 ? (by > 0 ? 0 : chatIds.length - 1) : at + by;
        const chatId = chatIds[Math.min(Math.max(next, 0), chatIds.length - 1)];
        if (chatId) go({ view, chatId });
      },
    };
  }, [client, place, go, ask, announce]);
}

function neighbourOf(chatId: string): string | null {
  const at = shownList.chatIds.indexOf(chatId);
  return shownList.chatIds[at + 1] ?? shownList.chatIds[at - 1] ?? null;
}

/** The server's sentence; of a lost race also who has won. */
function tell(title: string, error: unknown): void {
  const winner = error instanceof ClientError ? error.adminId : undefined;
  notifications.show({
    color: winner === undefined ? 'red' : 'yellow',
    title,
    message: winner === undefined ? messageOf(error) : `${winner} was faster and has it now.`,
    autoClose: 8000,
  });
}
