/**
 * The commands, and the state that they change. There is one widget on a page, so the module is it.
 */
import { type HostState, isOn, type Settings, type ToHost } from '../protocol.js';
import { emit } from './events.js';
import { loadFrame, type Post } from './frame.js';
import { remembers } from './memory.js';
import { box, draw, drawOnce, host, launcher } from './view.js';

/** A JWT that the site signed, or what fetches one; then it is asked at every reconnect. */
type Token = string | (() => string | Promise<string>);

/** Pages narrower or lower than this are covered whole. */
const small = matchMedia('(max-width:480px),(max-height:420px)');

let origin = '';
let settings: Settings = {};
let drawn = false;
let post: Post | undefined;
/** A box of its own for each identity: what is fetched for another one is not told. */
let token: [Token] = [''];
let identity = 0;
let isOpen = false;
/** The panel has answered. */
let ready = false;
let focus = true;
let unread: [count: number, label: string] = [0, ''];
/** Where the visitor was before the panel opened. */
let before: Element | null = null;

/** Where the chat server is, and what the page's line says. */
export function configure(chatServer: string, attributes: Settings): void {
  origin = chatServer;
  settings = attributes;
}

/** Draws the launcher; called again it changes what is given. */
export function boot(changes?: Settings): void {
  settings = { ...settings, ...changes };
  if (!drawn) {
    drawn = true;
    drawOnce(toggle);
    watchPage();
    // A visitor who has a chat learns of an answer without a click.
    if (remembers('localStorage')) load();
    if (remembers('sessionStorage') && !small.matches) open();
    emit('ready');
  }
  update();
}

/** The visitor is who the token says. */
export function identify(proof: Token): void {
  token = [proof];
  identity++;
  update();
}

export const open = () => setOpen(true);
export const close = () => setOpen(false);
export const toggle = () => setOpen(!isOpen);

/** Takes the launcher away too. */
export function hide(): void {
  close();
  host.hidden = true;
}

export function show(): void {
  host.hidden = false;
}

/** Text for the input, where the visitor has typed nothing yet. */
export function prefill(text: string): void {
  load();
  post?.({ type: 'prefill', text });
}

/** Forgets the visitor and all that is stored of them. For when they sign out. */
export function reset(): void {
  close();
  token = [''];
  identity = 0;
  if (post || remembers('localStorage')) {
    load();
    post?.({ type: 'reset' });
  }
  keep(false);
  update();
}

function setOpen(yes: boolean): void {
  if (!drawn) boot();
  if (isOpen === yes) return;
  const hadFocus = document.activeElement === host;
  isOpen = yes;
  if (yes) {
    // Without a gesture of the visitor's the focus stays where they are typing.
    focus = navigator.userActivation?.isActive ?? true;
    before = document.activeElement;
    load();
  }
  keep(remembers('localStorage'));
  update();
  if (yes) enter();
  else if (hadFocus) leave();
  emit(yes ? 'open' : 'close');
}

/** Moves the keyboard's focus into the panel, once it is there. */
function enter(): void {
  if (isOpen && ready && focus) (box.firstChild as HTMLElement).focus();
}

/** There is no launcher where the site opens the panel from a button of its own. */
function leave(): void {
  launcher.focus();
  if (document.activeElement !== host) (before as HTMLElement | null)?.focus();
}

function load(): void {
  if (!drawn) boot();
  post ??= loadFrame(box, origin, receive, () => {
    post = undefined;
    close();
  });
}

/** What the panel says. */
const heard: { [T in ToHost['type']]: (message: Extract<ToHost, { type: T }>) => void } = {
  ready() {
    ready = true;
    update();
    enter();
  },
  close,
  async token() {
    const asked = token;
    const [proof] = asked;
    let fresh = '';
    try {
      fresh = await (typeof proof === 'function' ? proof() : proof);
    } catch {}
    if (asked === token) post?.({ type: 'token', token: fresh });
  },
  unread({ count, label }) {
    unread = [count, label];
    update();
    emit('unread', count);
  },
  message: ({ message }) => emit('message', message),
  stored: ({ stored }) => keep(stored),
  ask: () => void Notification.requestPermission().then(update),
  notify({ title, body, tag }) {
    // Some phones show notifications of service workers alone, and throw.
    try {
      new Notification(title, { body, tag }).onclick = () => {
        window.focus();
        open();
      };
    } catch {}
  },
};

function receive(message: ToHost): void {
  (heard[message.type] as (message: ToHost) => void)(message);
}

function keep(stored: boolean): void {
  remembers('localStorage', stored);
  remembers('sessionStorage', stored && isOpen);
}

function watchPage(): void {
  small.onchange = update;
  // On a phone the keyboard makes the visible part of the page smaller.
  const view = visualViewport;
  if (view) {
    view.onresize = view.onscroll = () => {
      box.style.setProperty('--top', `${view.offsetTop}px`);
      box.style.setProperty('--height', `${view.height}px`);
    };
  }
  // Where the page has a router of its own, the visitor moves on without a new page.
  const { navigation = window } = window as { navigation?: EventTarget };
  for (const event of ['navigatesuccess', 'popstate']) navigation.addEventListener(event, update);
}

/** Draws what has changed, and tells the panel. */
function update(): void {
  const locale = settings.locale || document.documentElement.lang || navigator.language;
  const all = { ...settings, locale };
  const fullscreen = small.matches;
  draw(all, { open: isOpen && ready, busy: isOpen && !ready, full: fullscreen }, unread);
  const state: HostState = {
    settings: all,
    open: isOpen,
    fullscreen,
    focus,
    identity,
    notifications: window.Notification?.permission,
  };
  // Neither query nor fragment: sites put secrets there.
  if (isOn(all.sharePage)) {
    state.page = { url: location.origin + location.pathname, title: document.title };
  }
  post?.({ type: 'state', state });
}
