import { chatServer, coalescedRelay, relay } from './contenders.js';
import { generate } from './generator.js';

const shapes = { a: [100, 20], b: [1000, 50], c: [1000, 1000], p: [100, 100] } as const;
const [users, admins] = shapes[(process.argv[2] ?? 'a') as 'a'];
const names = (process.argv[3] ?? 'sor').split('');
const rounds = Number(process.argv[4] ?? 2);
const rate = Number(process.argv[5] ?? 0);
for (let r = 0; r < rounds; r++)
  for (const n of names) {
    const c =
      n === 's'
        ? chatServer('server')
        : n === 'o'
          ? coalescedRelay
          : n === 'r'
            ? relay
            : chatServer('other', process.env.OTHER);
    const running = await c.start();
    try {
      const window = Math.max(1, Math.round(1000 / users));
      const x = await generate({
        kind: 'chat',
        port: running.port,
        pid: running.pid,
        users,
        admins,
        ...(rate ? { rate } : { window }),
        warmUpSeconds: 2,
        seconds: 3,
      });
      const { messagesPerSecond: m, cpuPerMessage: u, server: s, generator: g, latency } = x;
      console.log(
        c.name.padEnd(18),
        Math.round(m),
        'm/s',
        u.toFixed(1),
        'us',
        'main',
        s.mainThreadShare.toFixed(2),
        'proc',
        s.processShare.toFixed(2),
        'gen',
        g.cpuShare.toFixed(2),
        g.loopShare.toFixed(2),
        latency ? JSON.stringify(latency) : '',
        x.lag ?? '',
      );
    } finally {
      await running.stop();
    }
  }
