/** The panel's frame and the one line to it. */
import { HELLO, type ToHost, type ToPanel } from '../protocol.js';

/** Without a word from the panel in this time, in milliseconds, something is wrong. */
const GIVE_UP = 15_000;

export type Post = (message: ToPanel) => void;

/**
 * Loads the panel into the box. The port is given to a document of the chat server's origin and to no
 * other; what is posted before the panel listens waits in it.
 */
export function loadFrame(
  box: Element,
  origin: string,
  receive: (message: ToHost) => void,
  failed: () => void,
): Post {
  const { port1, port2 } = new MessageChannel();
  const frame = document.createElement('iframe');
  const silence = setTimeout(() => {
    // biome-ignore lint/suspicious/noConsole: it is for the site's developer, who looks there
    console.error(`No answer from ${origin}: is this site in FRONTEND_URL?`);
    frame.remove();
    failed();
  }, GIVE_UP);
  port1.onmessage = ({ data }: MessageEvent<ToHost>) => {
    clearTimeout(silence);
    receive(data);
  };
  frame.src = `${origin}/widget`;
  frame.allow = 'autoplay';
  frame.onload = () => frame.contentWindow?.postMessage(HELLO, origin, [port2]);
  box.append(frame);
  return (message) => port1.postMessage(message);
}
