/** What is kept of a visitor, and who can get at it. */
import type { BrowserContext, Frame, Page, Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { person } from '../support/browser.js';
import { admin, until } from '../support/clients.js';
import { startServer } from '../support/server.js';
import { startSite, widgetLine } from '../support/site.js';
import { command, showsTexts, widgetOn } from '../support/widget.js';

/** Everything that a browser has stored, of any origin and kind: an empty list for nothing. */
async function stored(context: BrowserContext): Promise<string[]> {
  const { cookies, origins } = await context.storageState();
  const inTabs = await Promise.all(
    context.pages().flatMap((page) =>
      page.frames().map((frame) =>
        frame.evaluate(() => {
          const all = globalThis as unknown as Record<string, Record<string, string>>;
          const keys = (name: string) => {
            try {
              return Object.keys(all[name] ?? {});
            } catch {
              return [];
            }
          };
          return [...keys('localStorage'), ...keys('sessionStorage')];
        }),
      ),
    ),
  );
  return [
    ...cookies.map(({ name }) => `cookie ${decodeURIComponent(name)}`),
    ...origins.flatMap(({ origin, localStorage }) =>
      localStorage.map(({ name }) => `${origin} ${name}`),
    ),
    ...inTabs.flat(),
  ];
}

/** The demo shows the panel of its own origin (localStorage), another site a foreign one (cookies). */
const places = {
  'another site': (url: string) => startSite(url),
  'the same site': async (url: string) => `${url}/demo`,
};

test.each(Object.entries(places))(
  'on %s nothing is stored before the first message',
  async (_name, place) => {
    const { url } = await startServer();
    await admin(url, 'albert');
    const visitor = await person();
    const widget = await widgetOn(visitor.page, await place(url));
    await widget.open();
    await widget.sees('We are here');
    await widget.input.fill('I am not sure yet');
    await widget.panel.getByRole('button', { name: 'Options' }).click();
    await widget.panel.getByRole('switch', { name: 'Sound' }).click();
    await widget.close();
    expect(await stored(visitor.context)).toEqual([]);

    await widget.open();
    await widget.input.press('Enter');
    await widget.sees('Sent');
    expect((await stored(visitor.context)).length).toBeGreaterThan(0);
  },
);

test.each(Object.entries(places))(
  'on %s reset erases all of it, in every tab',
  async (_name, place) => {
    const { url } = await startServer();
    const albert = await admin(url, 'albert');
    const visitor = await person();
    const site = await place(url);
    const widget = await widgetOn(visitor.page, site);
    await widget.open();
    await widget.send('This is between us');
    await widget.sees('Sent');
    const second = await widgetOn(await visitor.context.newPage(), site);
    await second.open();
    await showsTexts(second, ['This is between us']);
    await widget.input.fill('And this');

    await command(widget.page, 'reset');
    await until(
      async () => (await stored(visitor.context)).length === 0,
      'the storage to be empty',
    );
    await showsTexts(second, []);
    await widget.page.reload();
    await widget.open();
    await showsTexts(widget, []);
    expect(await widget.input.inputValue()).toBe('');
    await widget.send('I am somebody else');
    await until(() => albert.all('new_chat_request').length === 2, 'another chat');
    const [one, other] = albert.all('new_chat_request');
    expect(one?.userId).not.toBe(other?.userId);
  },
);

test("the site's scripts learn that there is a message, not what it says", async () => {
  const { url } = await startServer();
  const albert = await admin(url, 'albert');
  const { page } = await person();
  const widget = await widgetOn(page, await startSite(url));
  const heard = await listen(page);
  const told = async () => (await heard()).filter(([event]) => event === 'message');
  const extras: Route[] = [];
  await page.route('**/extras-*', (route) => void extras.push(route));
  await widget.open();
  await widget.send('My secret is 4711');
  await widget.sees('Sent');
  const { chatId } = await albert.next('new_chat_request');
  await albert.do('assign_chat', { chatId });
  const answer = async (content: string) => {
    const { messageId, seq, createdAt } = await albert.do('admin_message', { chatId, content });
    return ['message', { chatId, messageId, seq, createdAt }];
  };
  // The first answer is there before what tells of it.
  const first = await answer('It is safe: 4711');
  await showsTexts(widget, ['My secret is 4711', 'It is safe: 4711']);
  await (await until(() => extras[0], 'the extras to be asked for')).continue();
  await expect.poll(told).toEqual([first]);
  const second = await answer('It is still safe: 4711');
  await expect.poll(told).toEqual([first, second]);
  expect(JSON.stringify(await heard())).not.toContain('4711');
  const reach = await page.evaluate(() => {
    const { document } = globalThis as unknown as { document: { querySelector(s: string): never } };
    const host = document.querySelector('chat-server') as {
      shadowRoot: { querySelector(s: string): { contentDocument: unknown } };
    };
    return host.shadowRoot.querySelector('iframe').contentDocument;
  });
  expect(reach).toBeNull();
});

test('the panel hears the page that shows it, and no other frame on it', async () => {
  const { url } = await startServer();
  await admin(url, 'albert');
  const { page } = await person();
  const stranger = await startSite(url, { line: () => '' });
  await page.goto(
    await startSite(url, {
      line: () => '',
      body: `<iframe src="${url}/widget"></iframe><iframe src="${stranger}"></iframe>`,
    }),
  );
  const frameOf = (address: string) =>
    until(() => page.frames().find((frame) => frame.url() === address), `the frame ${address}`);
  const panel = await frameOf(`${url}/widget`);
  await Promise.all([panel.waitForLoadState(), (await frameOf(stranger)).waitForLoadState()]);

  // What the loader says first, and with it a visitor; from the wrong window it comes first of all.
  const speak = (frame: Frame, title: string) =>
    frame.evaluate((name) => {
      const scope = globalThis as unknown as {
        top: Record<number, { postMessage(...all: unknown[]): void }>;
        heard: unknown[];
      };
      const { port1, port2 } = new MessageChannel();
      scope.heard = [];
      port1.addEventListener('message', (event) => scope.heard.push((event as MessageEvent).data));
      port1.start();
      const state = { settings: { title: name, locale: 'en' }, open: true, identity: 0 };
      scope.top[0]?.postMessage('chat-server:hello', '*', [port2]);
      port1.postMessage({ type: 'state', state });
    }, title);
  const heard = (frame: Frame) =>
    frame.evaluate(() => (globalThis as unknown as { heard: { type: string }[] }).heard);
  await speak(await frameOf(stranger), 'The stranger');
  await speak(page.mainFrame(), 'The page');
  await panel.getByRole('heading', { name: 'The page' }).waitFor();
  await until(
    async () => (await heard(page.mainFrame())).some(({ type }) => type === 'ready'),
    'the answer of the panel',
  );
  expect(await heard(await frameOf(stranger))).toEqual([]);
});

test('the agent sees the page and the typing where the site shares them, and only there', async () => {
  const { url } = await startServer();
  const albert = await admin(url, 'albert');
  const typeOn = async (attributes: string) => {
    const site = await startSite(url, { line: (server) => widgetLine(server, attributes) });
    const widget = await widgetOn((await person()).page, `${site}orders/7?token=secret#part`);
    const requests = () => albert.all<{ chatId: string }>('new_chat_request');
    const before = requests().length;
    await widget.open();
    await widget.send('Hello');
    const { chatId } = await until(() => requests()[before], 'the request');
    await albert.do('assign_chat', { chatId });
    await widget.sees('albert has joined');
    await widget.input.pressSequentially('My card');
    const typing = await albert.next('typing', (news) => news.chatId === chatId);
    return { site, typing, presence: await albert.do('get_user_presence', { chatId }) };
  };
  const shy = await typeOn('');
  expect(shy.presence).toMatchObject({ online: true, page: null });
  expect(shy.typing).not.toHaveProperty('preview');

  const open = await typeOn('data-share-page data-share-typing');
  expect(open.presence.page).toEqual({ url: `${open.site}orders/7`, title: 'A shop' });
  expect(open.typing).toHaveProperty('preview');
});

/** Listens to all events as the site's script would. @returns what has come so far */
async function listen(page: Page): Promise<() => Promise<[string, unknown][]>> {
  await page.evaluate(() => {
    const scope = globalThis as unknown as {
      heard: unknown[];
      ChatServer(name: string, event: string, listener: (data: unknown) => void): void;
    };
    scope.heard = [];
    for (const event of ['open', 'close', 'message', 'unread']) {
      scope.ChatServer('on', event, (data) => scope.heard.push([event, data]));
    }
  });
  return () => page.evaluate(() => (globalThis as unknown as { heard: [string, unknown][] }).heard);
}
