/** Asks for a password without showing it; from a pipe, takes the first line instead. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** @throws Error when the two times differ, or when nothing comes. */
export async function askPassword(adminId: string): Promise<string> {
  const { stdin } = process;
  if (!stdin.isTTY) {
    for await (const line of createInterface({ input: stdin })) return line;
    throw new Error('The password is missing: type it, or write it to the standard input.');
  }
  const password = await ask(`Password for ${adminId}: `);
  if ((await ask('Again: ')) !== password) throw new Error('The two are not the same.');
  return password;
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  // Readline echoes what is typed to its output, so that goes nowhere.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  const interrupted = new Promise<never>((_resolve, reject) => {
    lines.once('SIGINT', () => reject(new Error('Interrupted.')));
  });
  try {
    return await Promise.race([lines.question(''), interrupted]);
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
