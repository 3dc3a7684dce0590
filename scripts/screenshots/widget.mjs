// The demo shop and the widget on it: desktop and phone, light and dark, right to left.
import { io } from 'socket.io-client';

const desktop = { viewport: { width: 1160, height: 740 } };
const phone = { viewport: { width: 390, height: 760 }, isMobile: true, hasTouch: true };

const views = [
  { name: 'widget-desktop-light', options: desktop },
  { name: 'widget-desktop-dark', options: { ...desktop, colorScheme: 'dark' } },
  { name: 'widget-phone-light', options: phone },
  { name: 'widget-phone-dark', options: { ...phone, colorScheme: 'dark' } },
  { name: 'widget-phone-rtl', options: phone, locale: 'ar' },
];

const words = {
  en: {
    asked: 'Hello! Is the Terra pot frost-proof?',
    answers: [
      'Hi! Yes, down to −8 °C.',
      'Below that, bring it in or wrap it: https://example.com/winter',
    ],
    thanks: 'Great, then I’ll take two 🌿',
    sent: 'Sent',
    notNow: 'Not now',
  },
  ar: {
    asked: 'مرحبًا! هل الأصيص مقاوم للصقيع؟',
    answers: ['أهلًا! نعم، حتى 8 درجات تحت الصفر.', 'ما دون ذلك، من الأفضل إدخاله إلى المنزل.'],
    thanks: 'رائع، سآخذ اثنين 🌿',
    sent: 'أُرسلت',
    notNow: 'ليس الآن',
  },
};

export async function takePictures({ browser, url, shoot }) {
  const admin = io(`${url}/admin`, { query: { adminId: 'Anna' }, transports: ['websocket'] });
  await new Promise((resolve) => admin.once('connect', resolve));
  for (const view of views) await takePicture({ browser, url, shoot, admin }, view);
  admin.disconnect();
}

async function takePicture({ browser, url, shoot, admin }, { name, options, locale = 'en' }) {
  const { asked, answers, thanks, sent, notNow } = words[locale];
  const context = await browser.newContext({ ...options, locale });
  const page = await context.newPage();
  await page.goto(`${url}/demo`);
  const panel = page.frameLocator('chat-server iframe');
  const send = async (text) => {
    await panel.locator('textarea').fill(text);
    await panel.locator('textarea').press('Enter');
  };
  const requested = new Promise((resolve) => admin.once('new_chat_request', resolve));
  await page.locator('chat-server button').click();
  if (locale !== 'en') {
    await page.evaluate((wanted) => globalThis.ChatServer('boot', { locale: wanted }), locale);
  }
  await panel.getByText('We are here').or(panel.getByText('نحن هنا')).waitFor();
  await send(asked);
  const { chatId } = await requested;
  await panel.getByText(sent).waitFor();
  await admin.emitWithAck('assign_chat', { chatId });
  for (const content of answers) await admin.emitWithAck('admin_message', { chatId, content });
  await panel.locator('.text').nth(2).waitFor();
  await panel.getByRole('button', { name: notNow }).click();
  await send(thanks);
  const { data } = await admin.emitWithAck('get_messages', { chatId });
  await admin.emitWithAck('mark_messages', { chatId, seenSeq: data.messages.at(-1).seq });
  admin.emit('typing', { chatId, typing: true });
  await panel.locator('.typing').waitFor();
  await shoot(page, name);
  await context.close();
}
