/** A visitor of the site who has written, by a stock client. */
import { type Client, user } from './clients.js';

export interface Visitor {
  client: Client<'user'>;
  chatId: string;
  say(content: string): Promise<unknown>;
}

export async function visitor(url: string, id: string, ...contents: string[]): Promise<Visitor> {
  const client = await user(url, id);
  const { chatId } = await client.do('start_chat');
  const say = (content: string) => client.do('user_message', { chatId, content });
  for (const content of contents) await say(content);
  return { client, chatId, say };
}
