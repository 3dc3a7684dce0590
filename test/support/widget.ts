/** The widget as a visitor has it before them. */
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

export interface Widget {
  page: Page;
  panel: FrameLocator;
  launcher: Locator;
  input: Locator;
  log: Locator;
  /** Texts of the messages, oldest first. */
  texts(): Promise<string[]>;
  open(): Promise<void>;
  /** Closes the panel from within; the page has heard of it. */
  close(): Promise<void>;
  send(text: string): Promise<void>;
  /** Waits for a text anywhere in the panel. */
  sees(text: string | RegExp): Promise<void>;
}

/** The widget on a page that is open already, or that `address` opens. */
export async function widgetOn(page: Page, address?: string): Promise<Widget> {
  if (address) await page.goto(address);
  const panel = page.frameLocator('chat-server iframe');
  const launcher = page.locator('chat-server button');
  const input = panel.locator('textarea');
  const log = panel.getByRole('log');
  await launcher.waitFor({ state: 'attached' });
  const widget: Widget = {
    page,
    panel,
    launcher,
    input,
    log,
    texts: () => log.locator('.text').allTextContents(),
    async open() {
      await launcher.click();
      await input.waitFor();
    },
    async close() {
      await panel.getByRole('button', { name: 'Close chat' }).click();
      await page.locator('chat-server iframe').waitFor({ state: 'hidden' });
    },
    async send(text) {
      await input.fill(text);
      await input.press('Enter');
      await widget.sees(text);
    },
    async sees(text) {
      await panel.getByText(text).first().waitFor();
    },
  };
  return widget;
}

/** Calls `window.ChatServer` as the site's own script would. */
export function command(page: Page, name: string, ...args: unknown[]): Promise<void> {
  return page.evaluate(
    ([command, rest]) => {
      (globalThis as unknown as { ChatServer: (...all: unknown[]) => void }).ChatServer(
        command,
        ...rest,
      );
    },
    [name, args] as const,
  );
}

/** Waits until what the widget shows is this. */
export async function showsTexts(widget: Widget, texts: string[]): Promise<void> {
  await expect.poll(() => widget.texts()).toEqual(texts);
}
