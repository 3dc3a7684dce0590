/** The widget through reloads, lost networks and dead servers: what was written arrives, once. */
import { expect, test } from 'vitest';
import { person } from '../support/browser.js';
import { admin, type Client, until } from '../support/clients.js';
import { freePort, startServer, temporaryDirectory } from '../support/server.js';
import { showsTexts, widgetOn } from '../support/widget.js';

const contents = (albert: Client<'admin'>) =>
  albert.all<{ content: string }>('new_message').map(({ content }) => content);

/** A visitor of the demo in a chat with an admin. */
async function conversation(url: string) {
  const albert = await admin(url, 'albert');
  const visitor = await person();
  const widget = await widgetOn(visitor.page, `${url}/demo`);
  await widget.open();
  await widget.send('one');
  // An admin who takes the chat before it is kept would have it live.
  await widget.sees('Sent');
  const { chatId } = await albert.next<{ chatId: string }>('new_chat_request');
  await albert.do('assign_chat', { chatId });
  await widget.sees('albert has joined');
  return { albert, visitor, widget, chatId };
}

test('a page that is reloaded in mid-send sends what it had, once', async () => {
  const { url } = await startServer();
  const { albert, visitor, widget } = await conversation(url);
  await visitor.context.setOffline(true);
  await widget.send('two');
  await widget.send('three');
  await widget.sees('Sending');
  await widget.input.fill('four, not finis');
  await visitor.context.setOffline(false);
  await widget.page.reload();
  // The panel was open in this tab, so it is again.
  await widget.input.waitFor();
  await showsTexts(widget, ['one', 'two', 'three']);
  expect(await widget.input.inputValue()).toBe('four, not finis');
  await until(() => contents(albert).length === 2, 'both at the admin');
  expect(contents(albert)).toEqual(['two', 'three']);
});

test('offline and back: it says so, keeps what is written, and heals', async () => {
  const { url } = await startServer();
  const { albert, visitor, widget, chatId } = await conversation(url);
  await visitor.context.setOffline(true);
  await widget.sees('No connection. Trying again …');
  await widget.send('two');
  await albert.do('admin_message', { chatId, content: 'three' });
  await visitor.context.setOffline(false);
  await until(() => contents(albert).includes('two'), 'the message at the admin');
  await until(async () => (await widget.texts()).length === 3, 'the answer');
  await widget.panel.getByText('No connection').waitFor({ state: 'detached' });
  expect((await widget.texts()).sort()).toEqual(['one', 'three', 'two']);
});

test('the server is killed while both type, and starts again', async () => {
  const dataDir = temporaryDirectory();
  const first = await startServer({ dataDir, env: { PORT: String(await freePort()) } });
  const { albert, widget, chatId } = await conversation(first.url);
  const options = { dataDir, env: { PORT: String(first.port) } };
  await widget.input.pressSequentially('half a sen');
  first.kill('SIGKILL');
  await first.exited;
  await widget.sees('No connection. Trying again …');
  await widget.send('written to nobody');
  await widget.sees('Sending');
  const second = await startServer(options);
  expect(second.url).toBe(first.url);
  await widget.sees(/Sent|Delivered|Seen/);
  await showsTexts(widget, ['one', 'written to nobody']);
  // The widget may be back before the admin is, who then hears of it from the history.
  await until(() => albert.socket.connected, 'the admin to be back');
  const { messages } = await albert.do('get_messages', { chatId });
  const kept = messages.filter(({ kind }) => kind === 'message').map(({ content }) => content);
  expect(kept).toEqual(['one', 'written to nobody']);
  expect(['', 'written to nobody']).toContain(contents(albert).join());
});

test('a first message that finds no server is sent when there is one, also after a reload', async () => {
  const dataDir = temporaryDirectory();
  const first = await startServer({ dataDir });
  const visitor = await person();
  const widget = await widgetOn(visitor.page, `${first.url}/demo`);
  // The panel is there and can reach nothing.
  await visitor.context.route('**/api/v1/visitors', (route) => route.abort());
  await widget.open();
  await widget.sees('No connection. Trying again …');
  await widget.send('is anybody there?');
  await widget.page.reload();
  await widget.sees('is anybody there?');
  await visitor.context.unroute('**/api/v1/visitors');
  await widget.sees('Sent');
  await showsTexts(widget, ['is anybody there?']);
  const albert = await admin(first.url, 'albert');
  expect((await albert.do('get_unassigned_chats')).chats.length).toBe(1);
});

test('a first message that another tab finds as well is one message', async () => {
  const { url } = await startServer();
  const albert = await admin(url, 'albert');
  const { context, page } = await person();
  await context.route('**/api/v1/visitors', (route) => route.abort());
  const first = await widgetOn(page, `${url}/demo`);
  await first.open();
  await first.send('hello');
  const second = await widgetOn(await context.newPage(), `${url}/demo`);
  await second.open();
  await showsTexts(second, ['hello']);
  await context.unroute('**/api/v1/visitors');
  for (const tab of [first, second]) {
    await tab.sees('Sent');
    await tab.send(`seen by tab ${tab === first ? 1 : 2}`);
    await tab.sees('Sent');
  }
  const { chats } = await albert.do('get_unassigned_chats');
  expect(chats.length).toBe(1);
  for (const tab of [first, second]) {
    await showsTexts(tab, ['hello', 'seen by tab 1', 'seen by tab 2']);
  }
});

test('a first message whose tab is closed is sent by one that was there before', async () => {
  const { url } = await startServer();
  const albert = await admin(url, 'albert');
  const { context, page } = await person();
  const second = await widgetOn(await context.newPage(), `${url}/demo`);
  await second.open();
  await second.sees('We are here');
  await page.route('**/api/v1/visitors', (route) => route.abort());
  const first = await widgetOn(page, `${url}/demo`);
  await first.open();
  await first.send('hello');
  await first.page.close();
  await showsTexts(second, ['hello']);
  await second.sees('Sent');
  expect((await albert.do('get_unassigned_chats')).chats.length).toBe(1);
});

test('a message that the server refuses says so, and can be given up or sent again', async () => {
  const { url } = await startServer();
  const { albert, widget, chatId } = await conversation(url);
  // Blank to the server, and not to the eye of a browser.
  await widget.input.fill('\u2800');
  await widget.input.press('Enter');
  await widget.sees('Not sent');
  await widget.panel.getByRole('button', { name: 'Send again' }).click();
  await widget.sees('Not sent');
  await widget.panel.getByRole('button', { name: 'Delete' }).click();
  await showsTexts(widget, ['one']);

  await widget.input.fill('x'.repeat(8001));
  await widget.sees('8,001 / 8,000');
  expect(await widget.panel.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
  await widget.send('short');
  await albert.next('new_message', ({ content }) => content === 'short');
  expect(chatId).toBeTruthy();
});

test('an identity that the server takes no more is replaced, and nothing written is lost', async () => {
  const dataDir = temporaryDirectory();
  const secret = (letter: string) => ({ AUTH_MODE: 'token', JWT_SECRET: letter.repeat(40) });
  const env = { ...secret('a'), PORT: String(await freePort()) };
  const first = await startServer({ dataDir, env });
  const { page: panel } = await person();
  await panel.goto(`${first.url}/widget`);
  await panel.locator('textarea').fill('before');
  await panel.keyboard.press('Enter');
  await panel.getByText('Sent').waitFor();
  first.kill('SIGKILL');
  await first.exited;
  await panel.getByText('No connection. Trying again …').waitFor();
  await panel.locator('textarea').fill('after');
  await panel.keyboard.press('Enter');
  await panel.getByText('after').waitFor();
  await startServer({ dataDir, env: { ...secret('b'), PORT: String(first.port) } });
  await panel.getByText('Sent').waitFor();
  await expect.poll(() => panel.locator('.text').allTextContents()).toEqual(['after']);
});

test('where no WebSocket gets through, it polls', async () => {
  const { url } = await startServer();
  const albert = await admin(url, 'albert');
  const visitor = await person();
  await visitor.context.routeWebSocket(/socket\.io/, (socket) => socket.close());
  const widget = await widgetOn(visitor.page, `${url}/demo`);
  await widget.open();
  await widget.sees('We are here');
  await widget.send('by the long way');
  // The request is told before the message is kept.
  await widget.sees('Sent');
  const { chatId } = await albert.next<{ chatId: string }>('new_chat_request');
  await albert.do('assign_chat', { chatId });
  await albert.do('admin_message', { chatId, content: 'and back' });
  await showsTexts(widget, ['by the long way', 'and back']);
});
