/** A real Chromium, one for a test file; each person in it is a context of their own. */
import { AxeBuilder } from '@axe-core/playwright';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, expect, onTestFinished, vi } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };

// A browser on a busy machine is slow; what is waited for is still a condition.
vi.setConfig({ testTimeout: 90_000 });

let running: Promise<Browser> | undefined;

function browser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('There is no Chromium: install it, or set CHROMIUM.');
  running ??= chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  return running;
}

afterAll(async () => (await running)?.close());

export interface Person {
  context: BrowserContext;
  /** The first tab. */
  page: Page;
  /** What went wrong in any tab: errors nobody caught, `console.error`, refusals of a CSP. */
  faults: string[];
}

/**
 * Somebody with a browser of their own: cookies and storage are shared by their tabs and with nobody
 * else. Gone when the test ends.
 */
export async function person(options: BrowserContextOptions = {}): Promise<Person> {
  const context = await (await browser()).newContext({
    viewport: DESKTOP,
    locale: 'en-GB',
    ...options,
  });
  onTestFinished(() => context.close());
  context.setDefaultTimeout(30_000);
  const faults: string[] = [];
  context.on('weberror', (error) => faults.push(String(error.error())));
  context.on('console', (line) => {
    if (line.type() === 'error') faults.push(line.text());
  });
  return { context, page: await context.newPage(), faults };
}

/** Nothing, by WCAG 2.2 AA and good practice; see {@link findings}. */
export async function expectAccessible(page: Page, selector?: string): Promise<void> {
  expect(await findings(page, selector)).toEqual([]);
}

/** What axe finds wrong with a page and its frames, a line each. */
export async function findings(page: Page, selector?: string): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  if (selector) axe.include(selector);
  const { violations, passes } = await axe.analyze();
  expect(passes.length, 'axe looked at nothing').toBeGreaterThan(0);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} (${target}) ${failureSummary}`),
  );
}
