// The console: its pages on a desk and on a phone, light and dark.
import { io } from 'socket.io-client';

const desktop = { viewport: { width: 1280, height: 760 } };
const phone = { viewport: { width: 390, height: 760 }, isMobile: true, hasTouch: true };

/** Each visitor, and what they wrote. */
const waiting = {
  'tom.archer': ['Do you ship to Portugal?'],
  Ingrid: ['Can I still change the address of order 4811?', 'It leaves tomorrow, I think.'],
  visitor_k3jH2lkj34: ['Is the Terra pot frost-proof?'],
  'm.okafor': ['The discount code does not work.'],
};

/** `true` is the admin. */
const talk = [
  [false, 'Hi, my parcel says delivered, but it is not here. Order 48213.'],
  [true, 'Hello Ursula! I am sorry to hear that. Let me look it up.'],
  [true, 'It was left with a neighbour at number 14: https://carrier.example/track/48213'],
  [false, 'Oh! I will ask there. Can I keep this chat open? 😊'],
  [true, 'Of course, take your time.'],
  [
    false,
    'Found it, thank you! I would also like to return the second jacket: it is a size too large.',
  ],
];

const views = [
  { name: 'queue', path: '/queue' },
  { name: 'chat', path: '/mine/', inChat: true },
  { name: 'all', path: '/all' },
  { name: 'overview', path: '/overview' },
];

export async function takePictures({ browser, url, shoot }) {
  const chatId = await fillDesk(url);
  for (const colorScheme of ['light', 'dark']) {
    for (const { name, path, inChat } of views) {
      const address = `${url}/console${path}${inChat ? chatId : ''}`;
      await picture({ browser, url, shoot }, `console-${name}-${colorScheme}`, address, {
        ...desktop,
        colorScheme,
      });
      await picture({ browser, url, shoot }, `console-${name}-phone-${colorScheme}`, address, {
        ...phone,
        colorScheme,
      });
    }
  }
}

async function picture({ browser, url, shoot }, name, address, options) {
  const identity = JSON.stringify({ adminId: 'Anna', role: 'supervisor' });
  const localStorage = [{ name: 'chat-server.console.identity', value: identity }];
  const storageState = { cookies: [], origins: [{ origin: url, localStorage }] };
  const context = await browser.newContext({ ...options, locale: 'en-GB', storageState });
  const page = await context.newPage();
  await page.goto(address, { waitUntil: 'networkidle' });
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await shoot(page, name);
  await context.close();
}

/** @returns the chat in which people talk. */
async function fillDesk(url) {
  const anna = await connect(url, 'admin', 'Anna');
  const ursula = await connect(url, 'user', 'Ursula');
  const { chatId } = await ask(ursula, 'start_chat');
  for (const [isAdmin, content] of talk) {
    if (isAdmin) await ask(anna, 'assign_chat', { chatId });
    const [who, event] = isAdmin ? [anna, 'admin_message'] : [ursula, 'user_message'];
    await ask(who, event, { chatId, content });
  }
  await ask(ursula, 'visit_page', { url: 'https://shop.example/orders', title: 'Your orders' });
  for (const [userId, contents] of Object.entries(waiting)) {
    const user = await connect(url, 'user', userId);
    const { chatId: theirs } = await ask(user, 'start_chat');
    for (const content of contents) await ask(user, 'user_message', { chatId: theirs, content });
  }
  return chatId;
}

async function connect(url, side, id) {
  const query = { [`${side}Id`]: id };
  const socket = io(`${url}/${side}`, { query, transports: ['websocket'], forceNew: true });
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

async function ask(socket, event, payload) {
  const { ok, data, error } = await socket.emitWithAck(event, payload);
  if (!ok) throw new Error(`${event}: ${error.message}`);
  return data;
}
