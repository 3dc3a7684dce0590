/** The launcher and the box of the panel, in a shadow root of their own. */
import { accentOf, inkOn } from '../color.js';
import { isOn, isRightToLeft, type Settings } from '../protocol.js';
import { css } from './style.js';

export const host = document.createElement('chat-server');
const root = host.attachShadow({ mode: 'open' });
export const box = document.createElement('div');
export const launcher = document.createElement('button');
const badge = document.createElement('i');

/** @param open what the visitor's click is for */
export function drawOnce(click: () => void): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  launcher.type = 'button';
  launcher.onclick = click;
  launcher.append(badge);
  root.append(box, launcher);
  // Beside the body: sites that swap their body on navigation keep the chat.
  document.documentElement.append(host);
}

/** What is shown, in the classes of the style. */
type Classes = Record<'open' | 'busy' | 'full', boolean>;

/** @param unreadLabel the unread messages in words */
export function draw(
  { color, label = 'Chat', launcher: wanted, position, locale }: Settings & { locale: string },
  classes: Classes,
  [unread, unreadLabel]: [number, string],
): void {
  const accent = accentOf(color);
  const left = position ? position === 'left' : isRightToLeft(locale);
  const all = Object.entries({ ...classes, left, off: !isOn(wanted ?? true) });
  for (const { classList, style } of [box, launcher]) {
    for (const [name, yes] of all) classList.toggle(name, yes);
    style.setProperty('--accent', accent);
    style.setProperty('--ink', inkOn(accent));
  }
  launcher.ariaLabel = `${label} ${unreadLabel}`;
  launcher.ariaExpanded = `${classes.open}`;
  badge.textContent = unread ? `${unread}` : '';
  const frame = box.firstChild as HTMLIFrameElement | null;
  if (frame) frame.title = label;
}
