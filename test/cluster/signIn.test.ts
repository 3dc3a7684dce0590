/** Coming in while PostgreSQL is away. */
import { expect, test } from 'vitest';
import { until } from '../support/clients.js';
import { backends, startCluster } from '../support/cluster.js';
import { post } from '../support/rest.js';
import type { RunningServer } from '../support/server.js';
import { PASSWORD, setupToken } from '../support/signIn.js';
import { tokenFor, tokenMode } from '../support/tokens.js';

const servers = backends();

test('[P7] the link of the first start is not used up, and whoever asks is told to try again', async () => {
  const { postgres } = servers;
  const { nodes } = await startCluster(servers, { nodes: 1, env: tokenMode });
  const [node] = nodes as [RunningServer];
  const link = await setupToken(node);
  const setUp = () =>
    post(node.url, '/api/v1/setup', { adminId: 'ana', password: PASSWORD, setupToken: link });
  await postgres.down();
  expect(await setUp()).toMatchObject({ status: 503, error: { code: 'unavailable' } });
  const authorization = `Bearer ${await tokenFor('ursula', 'user')}`;
  const start = await post(node.url, '/api/v1/user/chats', {}, { authorization });
  expect(start).toMatchObject({ status: 503, error: { code: 'unavailable' } });
  await postgres.up();
  const done = await until(async () => {
    const answer = await setUp();
    return answer.status !== 503 && answer;
  }, 'the database to be back');
  expect(done).toMatchObject({ status: 201, data: { role: 'supervisor' } });
});
