/** Who is there, as the other side sees it. A page that reloads is gone for a moment; that is no news. */
import { expect, test } from 'vitest';
import { admin, names, until, user } from '../support/clients.js';
import { startServer } from '../support/server.js';

test('coming and going is told to the other side, reloading is not', async () => {
  const { url } = await startServer();
  const [ursulaId, viktorId, albertId, bertaId] = names('ursula', 'viktor', 'albert', 'berta');
  let ursula = await user(url, ursulaId);
  expect(await ursula.next('support_presence')).toEqual({ online: false });

  // The first admin is news to every user; the second is not.
  const albert = await admin(url, albertId);
  await ursula.next('support_presence', ({ online }) => online === true);
  const berta = await admin(url, bertaId);
  const viktor = await user(url, viktorId);
  expect(await viktor.next('support_presence')).toEqual({ online: true });

  const { chatId } = await ursula.do('start_chat');
  await albert.do('assign_chat', { chatId });
  const here = {
    userId: ursulaId,
    online: true,
    page: { url: 'https://shop.example/', title: '' },
  };

  // She reloads: the same page is still there, and nobody is told of a gap. On a machine so busy that
  // this takes as long as leaving does, she tries again.
  for (let took = Infinity, told = 0; took > 2000; ) {
    await ursula.do('visit_page', { url: 'https://shop.example/' });
    await albert.caughtUp();
    told = albert.all('user_presence').length;
    const from = Date.now();
    ursula.close();
    ursula = await user(url, ursulaId);
    took = Date.now() - from;
    if (took > 2000) continue;
    expect(await albert.do('get_user_presence', { chatId })).toEqual(here);
    expect(albert.all('user_presence')).toHaveLength(told);
  }

  // She leaves for good, and so do the admins.
  ursula.close();
  const gone = { userId: ursulaId, online: false, page: null };
  await until(
    () => JSON.stringify(albert.all('user_presence').at(-1)) === JSON.stringify(gone),
    'gone',
  );
  albert.close();
  await berta.caughtUp();
  berta.close();
  await viktor.next('support_presence', ({ online }) => online === false);
  expect(viktor.all('support_presence')).toEqual([{ online: true }, { online: false }]);
  expect(berta.all('user_presence')).toEqual([]);
});
