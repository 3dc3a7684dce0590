/** The widget for everybody: screen readers, keyboards, phones, the dark, right-to-left, every input. */
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectAccessible, PHONE, person } from '../support/browser.js';
import { admin, until } from '../support/clients.js';
import { startServer } from '../support/server.js';
import { command, widgetOn } from '../support/widget.js';

type Options = Parameters<typeof person>[0];

async function start(options: Options = {}) {
  const { url } = await startServer();
  const albert = await admin(url, 'albert');
  const visitor = await person(options);
  const widget = await widgetOn(visitor.page, `${url}/demo`);
  return { url, albert, visitor, widget };
}

test.each(['light', 'dark'] as const)(
  'axe finds nothing in the %s panel, nor in the shop',
  async (colorScheme) => {
    const { albert, visitor, widget } = await start({ colorScheme, reducedMotion: 'reduce' });
    const { page } = visitor;
    await expectAccessible(page);
    await widget.open();
    await widget.sees('We are here');
    await expectAccessible(page, 'chat-server');

    await widget.send('Hello! Look: https://a.example');
    await widget.sees('Shall we tell you');
    const { chatId } = await albert.next('new_chat_request');
    await albert.do('assign_chat', { chatId });
    await albert.do('admin_message', { chatId, content: 'Hi' });
    await albert.do('typing', { chatId, typing: true });
    await widget.panel.locator('.typing').waitFor();
    await widget.input.fill('x'.repeat(8001));
    await expectAccessible(page, 'chat-server');

    await widget.panel.getByRole('button', { name: 'Options' }).click();
    await expectAccessible(page, 'chat-server');
    await widget.panel.getByRole('button', { name: 'End chat' }).click();
    await expectAccessible(page, 'chat-server');
    await widget.panel.getByRole('button', { name: 'Cancel' }).click();
    await visitor.context.setOffline(true);
    await widget.sees('No connection');
    await widget.input.fill('lost?');
    await widget.input.press('Enter');
    await widget.sees('Sending');
    await expectAccessible(page, 'chat-server');
  },
);

test('with the keyboard alone: in, write, options, out, and back where one was', async () => {
  const { albert, visitor, widget } = await start();
  const { page } = visitor;
  await widget.launcher.focus();
  await page.keyboard.press('Enter');
  await widget.input.waitFor();
  await widget.sees('We are here');
  await until(
    () => widget.input.evaluate((input) => input.matches(':focus')),
    'the focus in the input',
  );
  await page.keyboard.type('Hello');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('there');
  await page.keyboard.press('Enter');
  await widget.sees('Hello\nthere');
  await albert.next('new_chat_request');

  const options = widget.panel.getByRole('button', { name: 'Options' });
  await options.focus();
  await page.keyboard.press('Enter');
  await widget.panel.getByRole('switch', { name: 'Sound' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  expect(
    await widget.panel.getByRole('switch', { name: 'Sound' }).getAttribute('aria-checked'),
  ).toBe('true');
  // The first Escape closes the menu, the second the panel.
  await page.keyboard.press('Escape');
  await widget.panel.getByRole('switch', { name: 'Sound' }).waitFor({ state: 'hidden' });
  expect(await widget.launcher.getAttribute('aria-expanded')).toBe('true');
  await page.keyboard.press('Escape');
  await widget.input.waitFor({ state: 'hidden' });
  await until(
    () => widget.launcher.evaluate((button) => button.matches(':focus')),
    'the focus back',
  );
});

test('a draft survives closing, and a new page', async () => {
  const { widget } = await start();
  await widget.open();
  await widget.send('First');
  await widget.sees('Sent');
  await widget.input.fill('half a thought');
  await widget.close();
  await widget.open();
  expect(await widget.input.inputValue()).toBe('half a thought');
  await widget.page.reload();
  await widget.input.waitFor();
  await until(async () => (await widget.input.inputValue()) === 'half a thought', 'the draft');
});

test('Enter that ends the composition of a word sends nothing', async () => {
  const { visitor, widget } = await start();
  await widget.open();
  const session = await visitor.context.newCDPSession(visitor.page);
  await widget.input.focus();
  await session.send('Input.imeSetComposition', {
    text: 'にほん',
    selectionStart: 3,
    selectionEnd: 3,
  });
  await until(async () => (await widget.input.inputValue()) === 'にほん', 'the composition');
  await widget.input.evaluate((input) => {
    const { KeyboardEvent } = globalThis as unknown as {
      KeyboardEvent: new (...a: unknown[]) => never;
    };
    const enter = { key: 'Enter', keyCode: 13, isComposing: true, bubbles: true, cancelable: true };
    input.dispatchEvent(new KeyboardEvent('keydown', enter));
  });
  await session.send('Input.insertText', { text: '日本' });
  expect(await widget.input.inputValue()).toBe('日本');
  expect(await widget.texts()).toEqual([]);
  await widget.input.press('Enter');
  await widget.sees('日本');
});

test('emoji, long words and piled-up marks stay inside, byte for byte', async () => {
  const { albert, widget } = await start();
  await widget.open();
  const family = '👨‍👩‍👧‍👦🏳️‍🌈';
  const zalgo = `Z${'\u0301\u0320'.repeat(500)}`;
  const long = 'Donaudampfschiff'.repeat(60);
  const bidi = '\u202Eevil\u202C and مرحبا';
  for (const text of [family, zalgo, long, bidi]) await widget.send(text);
  const { chatId } = await albert.next('new_chat_request');
  const kept = async () => {
    const { messages } = await albert.do('get_messages', { chatId });
    return messages.map(({ content }) => content);
  };
  // Each is asked for after some time: there is a limit of events.
  await expect.poll(kept, { interval: 200 }).toEqual([family, zalgo, long, bidi]);
  const overflow = await widget.log.evaluate((log) => log.scrollWidth > log.clientWidth);
  expect(overflow).toBe(false);
  const heights = await widget.log
    .locator('.text')
    .evaluateAll((all) => all.map((one) => one.clientHeight));
  expect(heights[1]).toBeLessThan(60);
});

test('on a phone the panel is the page, keeps the keyboard inside, and goes away whole', async () => {
  const { visitor, widget } = await start({ viewport: PHONE, hasTouch: true, isMobile: true });
  const { page } = visitor;
  await widget.launcher.tap();
  await widget.input.waitFor();
  const frame = page.locator('chat-server iframe');
  await expect.poll(() => frame.boundingBox()).toEqual({ x: 0, y: 0, ...PHONE });
  await widget.launcher.waitFor({ state: 'hidden' });
  await widget.sees('We are here');
  // A touch screen gets no keyboard before it is wanted.
  expect(await widget.input.evaluate((input) => input.matches(':focus'))).toBe(false);
  await widget.panel.getByRole('button', { name: 'Options' }).waitFor();
  await widget.input.focus();
  for (let stops = 0; stops < 12; stops++) {
    await page.keyboard.press('Tab');
    expect(
      await page.evaluate(() => {
        const { document } = globalThis as unknown as {
          document: { activeElement: { localName: string } };
        };
        return document.activeElement.localName;
      }),
    ).toBe('chat-server');
  }
  await widget.panel.getByRole('button', { name: 'Close chat' }).tap();
  await frame.waitFor({ state: 'hidden' });
  await widget.launcher.waitFor();
});

test('right to left, the whole panel is mirrored, and stands on the other side', async () => {
  const { visitor, widget } = await start();
  await command(visitor.page, 'boot', { locale: 'ar' });
  await widget.open();
  await widget.sees('نحن هنا');
  const box = (name: string) => widget.panel.getByRole('button', { name }).boundingBox();
  await widget.input.fill('مرحبا');
  const send = await box('إرسال');
  const input = await widget.input.boundingBox();
  expect(send?.x).toBeLessThan(input?.x ?? 0);
  const leftOf = async (locator: Locator) => (await locator.boundingBox())?.x ?? 999;
  await expect.poll(() => leftOf(widget.launcher)).toBeLessThan(30);
  await widget.input.press('Enter');
  const own = widget.log.locator('.own').first();
  await expect.poll(async () => (await leftOf(own)) - (await leftOf(widget.log))).toBeLessThan(30);
  await expectAccessible(visitor.page, 'chat-server');
});

test('sound and desktop notifications only when asked for, and without a word of the chat', async () => {
  const { url, albert, visitor, widget } = await start({ permissions: [] });
  const { page } = visitor;
  await page.evaluate(() => {
    const scope = globalThis as unknown as { shown: unknown[]; Notification: unknown };
    scope.shown = [];
    const allowed = async () => {
      Notification.permission = 'granted';
    };
    class Notification {
      static permission = 'default';
      static requestPermission = allowed;
      constructor(title: string, options: object) {
        scope.shown.push({ title, ...options });
      }
    }
    scope.Notification = Notification;
  });
  const shown = () => page.evaluate(() => (globalThis as unknown as { shown: never[] }).shown);
  await widget.open();
  await widget.send('Tell me');
  await widget.sees('Sent');
  const { chatId } = await albert.next('new_chat_request');
  await albert.do('assign_chat', { chatId });
  await widget.close();
  await albert.do('admin_message', { chatId, content: 'nobody asked for this' });
  await page.getByRole('button', { name: 'Chat 1 unread message', exact: true }).waitFor();
  expect(await shown()).toEqual([]);

  await widget.open();
  await widget.panel.getByRole('button', { name: 'Desktop notifications' }).click();
  await widget.close();
  const { messageId } = await albert.do('admin_message', { chatId, content: 'the code is 4711' });
  await until(async () => (await shown()).length > 0, `the notification of ${url}`);
  expect(await shown()).toEqual([
    { title: 'Chat with us', body: 'You have a new message', tag: messageId },
  ]);
});
