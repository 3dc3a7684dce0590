/** Pairs who chat over XMPP: each side has some messages on their way, and sends the next for each that arrives. */
import { connect, type Socket } from 'node:net';
import { type CpuUse, cpuTime, cpuUse } from '../cpu.js';
import { type OwnUse, ownUse } from './ownUse.js';
import { sleep } from './sleep.js';

export interface XmppJob {
  kind: 'xmpp';
  port: number;
  pid: number;
  /** Accounts `u1` and `a1`, `u2` and `a2` …, with this password. */
  pairs: number;
  password: string;
  window: number;
  warmUpSeconds: number;
  seconds: number;
}

export interface XmppResult {
  /** That have arrived at the other side. */
  messagesPerSecond: number;
  server: CpuUse;
  cpuPerMessage: number;
  generator: OwnUse;
}

const HOST = 'localhost';
const TEXT = 'The parcel has not come yet; could you see where it is now?';
const END = Buffer.from('</message>');

export async function xmppLoad(job: XmppJob): Promise<XmppResult> {
  const { port, pid, pairs, password, window, warmUpSeconds, seconds } = job;
  let arrived = 0;
  const clients: XmppClient[] = [];
  for (let pair = 1; pair <= pairs; pair++) {
    const [user, admin] = [new XmppClient(`u${pair}`), new XmppClient(`a${pair}`)];
    await Promise.all([user.open(port, password), admin.open(port, password)]);
    user.onMessage = () => {
      arrived++;
      admin.say(user.id);
    };
    admin.onMessage = () => {
      arrived++;
      user.say(admin.id);
    };
    clients.push(user, admin);
  }
  for (let i = 0; i < window; i++) {
    clients.forEach((client, index) => {
      client.say(clients[index ^ 1]?.id ?? '');
    });
  }
  await sleep(warmUpSeconds);
  const cpu = cpuTime(pid);
  const own = ownUse();
  const before = arrived;
  await sleep(seconds);
  const server = cpuUse(cpu, cpuTime(pid));
  const messages = arrived - before;
  if (messages === 0) throw new Error('no message arrived');
  return {
    messagesPerSecond: messages / server.seconds,
    server,
    cpuPerMessage: (server.cpuSeconds / messages) * 1e6,
    generator: own(),
  };
}

class XmppClient {
  onMessage: () => void = () => {};
  private socket: Socket | undefined;
  private text = '';
  private waiting: { for: string; resolve(): void } | undefined;
  private chatting = false;
  private rest = Buffer.alloc(0);
  private sent = 0;

  constructor(readonly id: string) {}

  /** Signs in, and is available for messages when the promise fulfils. */
  async open(port: number, password: string): Promise<void> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket = socket;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => (this.chatting ? this.count(chunk) : this.hear(chunk)));
    const stream = `<stream:stream to='${HOST}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;
    await this.ask(stream, '</stream:features>');
    const proof = Buffer.from(`\0${this.id}\0${password}`).toString('base64');
    const sasl = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
    await this.ask(`<auth ${sasl} mechanism='PLAIN'>${proof}</auth>`, '<success');
    await this.ask(stream, '</stream:features>');
    const bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind>";
    await this.ask(`<iq type='set' id='bind'>${bind}</iq>`, '</iq>');
    await this.ask(
      "<presence/><iq type='get' id='here'><ping xmlns='urn:xmpp:ping'/></iq>",
      "'here'",
    );
    this.chatting = true;
  }

  say(to: string): void {
    const id = ++this.sent;
    this.socket?.write(
      `<message to='${to}@${HOST}/r' type='chat' id='${id}'><body>${TEXT}</body></message>`,
    );
  }

  private ask(xml: string, answer: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.text = '';
      this.waiting = { for: answer, resolve };
      this.socket?.once('close', () =>
        reject(new Error(`${this.id} was not let in: ${this.text}`)),
      );
      this.socket?.write(xml);
    });
  }

  private hear(chunk: Buffer): void {
    this.text += chunk.toString().replaceAll('"', "'");
    if (this.waiting && this.text.includes(this.waiting.for)) this.waiting.resolve();
  }

  private count(chunk: Buffer): void {
    const bytes = Buffer.concat([this.rest, chunk]);
    let from = 0;
    for (let at = bytes.indexOf(END); at >= 0; at = bytes.indexOf(END, from)) {
      from = at + END.length;
      this.onMessage();
    }
    this.rest = Buffer.from(bytes.subarray(Math.max(from, bytes.length - END.length + 1)));
  }
}
