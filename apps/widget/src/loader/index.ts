/**
 * The one line on a page. It draws the launcher and loads the panel when that is needed. Everything it
 * can do is the function `window.ChatServer`, also before it is loaded (docs/widget.md).
 */
import type { Settings } from '../protocol.js';
import { on } from './events.js';
import {
  boot,
  close,
  configure,
  hide,
  identify,
  open,
  prefill,
  reset,
  show,
  toggle,
} from './widget.js';

const commands = { boot, identify, open, close, toggle, hide, show, prefill, reset, on };

type Command = Parameters<typeof run>;
/** What a page may have put there to wait for this script: a function with a queue, or an array. */
type Waiting = (Command[] & { q?: undefined }) | { q?: Command[]; boot?: unknown };

const script = document.currentScript as HTMLScriptElement | null;
const page = window as unknown as { ChatServer?: Waiting };

function run(name: keyof typeof commands, ...args: unknown[]): unknown {
  return (commands[name] as (...all: unknown[]) => unknown)(...args);
}

function start({ src, dataset }: HTMLScriptElement): void {
  const waiting = page.ChatServer;
  const { boot: bootBy, ...attributes } = dataset;
  configure(new URL(src).origin, attributes as Settings);
  page.ChatServer = Object.assign(run, commands);
  const queue = waiting?.q ?? (Array.isArray(waiting) ? waiting : []);
  for (const command of queue) run(...command);
  if (bootBy !== 'manual') boot();
}

// A second line on the same page adds nothing.
if (script && !(page.ChatServer && 'boot' in page.ChatServer)) start(script);
