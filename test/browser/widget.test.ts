/** A visitor's chat from beginning to end, in a real browser, with an admin on a stock client. */
import { expect, test } from 'vitest';
import type { Chat, Message } from '../../src/validations/chat.validation.js';
import { person } from '../support/browser.js';
import { admin, type Client, until } from '../support/clients.js';
import { startServer } from '../support/server.js';
import { startSite } from '../support/site.js';
import { showsTexts, widgetOn } from '../support/widget.js';

/** An admin, and a visitor whose first message the admin has taken. */
async function conversation() {
  const { url } = await startServer();
  const albert = await admin(url, 'albert');
  const visitor = await person();
  const widget = await widgetOn(visitor.page, await startSite(url));
  await widget.open();
  await widget.send('Is it blue?');
  const { chatId } = await albert.next<Chat>('new_chat_request');
  await albert.do('assign_chat', { chatId });
  await widget.sees('albert has joined');
  return { url, albert, visitor, widget, chatId };
}

const answer = (albert: Client<'admin'>, chatId: string, content: string) =>
  albert.do('admin_message', { chatId, content });

test('a whole chat: asked, taken, answered, seen, ended, and begun anew', async () => {
  const { albert, visitor, widget, chatId } = await conversation();
  await widget.sees('We are here');
  await widget.sees(/Sent|Seen/);

  await albert.do('typing', { chatId, typing: true });
  await widget.panel.locator('.typing').waitFor();
  const { seq } = await answer(albert, chatId, 'It is.');
  await showsTexts(widget, ['Is it blue?', 'It is.']);
  await albert.next('messages_marked', ({ side, seenSeq }) => side === 'user' && seenSeq === seq);

  await widget.input.pressSequentially('Th');
  await albert.next('typing', ({ typing }) => typing === true);
  await widget.send('Thank you');
  const { seq: last } = await albert.next<Message>('new_message', (m) => m.content === 'Thank you');
  await albert.do('mark_messages', { chatId, seenSeq: last });
  await widget.sees('Seen');

  await widget.panel.getByRole('button', { name: 'Options' }).click();
  await widget.panel.getByRole('button', { name: 'End chat' }).click();
  await widget.panel.getByRole('dialog').getByRole('button', { name: 'End chat' }).click();
  await widget.sees('You ended the chat');
  await albert.next('chat_ended');

  await widget.panel.getByRole('button', { name: 'Start a new chat' }).click();
  await widget.send('One more thing');
  const next = await albert.next<Chat>('new_chat_request', (chat) => chat.chatId !== chatId);
  expect(next.userId).toBe(albert.all<Chat>('new_chat_request')[0]?.userId);
  await showsTexts(widget, ['Is it blue?', 'It is.', 'Thank you', 'One more thing']);
  expect(visitor.faults).toEqual([]);
});

test('what looks like a script is text; what looks like a link is a safe one', async () => {
  const { albert, visitor, widget, chatId } = await conversation();
  const attack = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
  const links =
    'javascript:alert(3) data:text/html,x https://a.example/(b)?c=d. mailto:x@y.example ann@z.example';
  await answer(albert, chatId, attack);
  await answer(albert, chatId, links);
  await widget.send(attack);
  await showsTexts(widget, ['Is it blue?', attack, links, attack]);
  expect(await widget.log.locator('img, script').count()).toBe(0);
  const anchors = await widget.log
    .locator('a')
    .evaluateAll((all) =>
      all.map((one) => [one.getAttribute('href'), one.target, one.getAttribute('rel')]),
    );
  const safe = ['_blank', 'noopener noreferrer nofollow'];
  expect(anchors).toEqual([
    ['https://a.example/(b)?c=d', ...safe],
    ['mailto:x@y.example', ...safe],
    ['mailto:ann@z.example', ...safe],
  ]);
  expect(visitor.faults).toEqual([]);
});

test('two tabs of one visitor show the same, and each may write', async () => {
  const { albert, visitor, widget, chatId } = await conversation();
  const second = await widgetOn(await visitor.context.newPage(), widget.page.url());
  await second.open();
  await showsTexts(second, ['Is it blue?']);
  await second.send('And round?');
  await albert.next('new_message', ({ content }) => content === 'And round?');
  await answer(albert, chatId, 'Quite.');
  for (const tab of [widget, second])
    await showsTexts(tab, ['Is it blue?', 'And round?', 'Quite.']);
});

test('a tab that was open before the first message becomes the same visitor', async () => {
  const { url } = await startServer();
  const albert = await admin(url, 'albert');
  const visitor = await person();
  const site = await startSite(url);
  const first = await widgetOn(visitor.page, site);
  const second = await widgetOn(await visitor.context.newPage(), site);
  for (const tab of [first, second]) {
    await tab.open();
    await tab.sees('We are here');
  }
  await first.send('Hello?');
  await showsTexts(second, ['Hello?']);
  await second.send('Anybody?');
  await showsTexts(first, ['Hello?', 'Anybody?']);
  expect(albert.all('new_chat_request').length).toBe(1);
});

test('history comes on scroll: earlier pages, and earlier chats', async () => {
  const { albert, visitor, widget, chatId } = await conversation();
  await albert.do('end_chat', { chatId });
  await widget.panel.getByRole('button', { name: 'Start a new chat' }).click();
  await widget.send('Me again');
  await widget.sees('Sent');
  const { chatId: next } = await albert.next<Chat>('new_chat_request', (c) => c.chatId !== chatId);
  await albert.do('assign_chat', { chatId: next });
  for (let at = 0; at < 120; at++) await answer(albert, next, `Answer ${at}`);

  const later = await widgetOn(await visitor.context.newPage(), widget.page.url());
  await later.open();
  await later.sees('Answer 119');
  expect(await later.texts()).not.toContain('Me again');
  await until(async () => {
    await later.log.evaluate((log) => log.scrollTo(0, 0));
    return (await later.texts())[0] === 'Is it blue?';
  }, 'the first message of all');
  const texts = await later.texts();
  expect(texts.length).toBe(122);
  expect(texts.slice(0, 3)).toEqual(['Is it blue?', 'Me again', 'Answer 0']);
});
