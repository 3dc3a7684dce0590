/** Somebody at the console, in a real browser. */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { type Person, person } from './browser.js';

export interface Desk extends Person {
  /** The list in the middle: rows of the queue or of chats. */
  rows: Locator;
  /** A row, by the name in it. */
  row(name: string | RegExp): Locator;
  log: Locator;
  composer: Locator;
  /** Another tab of the same browser. */
  newTab(path?: string): Promise<DeskTab>;
}

export type DeskTab = Pick<Desk, 'page' | 'rows' | 'row' | 'log' | 'composer'>;

export interface DeskOptions {
  role?: 'admin' | 'supervisor';
  path?: string;
  context?: BrowserContextOptions;
  /** Done to the page before it is opened. */
  before?(page: Page): Promise<void>;
}

/** Opens the console of a server in open mode, by a name that was given before. */
export async function desk(
  url: string,
  adminId: string,
  { role = 'admin', path = '/console/queue', context = {}, before }: DeskOptions = {},
): Promise<Desk> {
  const known = {
    name: 'chat-server.console.identity',
    value: JSON.stringify({ adminId, role }),
  };
  const origins = [{ origin: url, localStorage: [known] }];
  const someone = await person({ storageState: { cookies: [], origins }, ...context });
  await before?.(someone.page);
  await ready(someone.page, `${url}${path}`);
  const newTab = async (to = path) => {
    const page = await someone.context.newPage();
    await ready(page, `${url}${to}`);
    return partsOf(page);
  };
  return { ...someone, ...partsOf(someone.page), newTab };
}

async function ready(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('navigation', { name: 'Console' }).waitFor();
}

export function partsOf(page: Page): DeskTab {
  const rows = page.locator('section[aria-labelledby="list-title"] li');
  return {
    page,
    rows,
    row: (name) => rows.filter({ hasText: name }),
    log: page.getByRole('log'),
    composer: page.locator('#composer'),
  };
}
