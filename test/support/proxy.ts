/** A TCP proxy in front of the server: a network that swallows what is under way, and breaks. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Proxy {
  url: string;
  /** From now on nothing the server sends arrives; neither side notices. Until the next `cut`. */
  swallow(): void;
  /** Breaks every connection. New ones are taken. */
  cut(): void;
}

export async function startProxy(port: number): Promise<Proxy> {
  let pairs: { near: Socket; far: Socket }[] = [];
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const pair = { near, far };
    pairs.push(pair);
    near.pipe(far);
    far.pipe(near);
    for (const socket of [near, far]) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        pairs = pairs.filter((other) => other !== pair);
        near.destroy();
        far.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const { near } of pairs) near.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    swallow() {
      for (const { near, far } of pairs) {
        far.unpipe(near);
        far.resume();
      }
    },
    cut,
  };
}
