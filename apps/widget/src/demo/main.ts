/** The shop's own script: opens the chat from its buttons, and shows what can be done with it. */

type Command = (name: string, ...args: unknown[]) => void;

/** The queue of docs/widget.md: what is called before the chat is there waits for it. */
const page = window as unknown as { ChatServer?: Command & { q?: IArguments[] } };
page.ChatServer ??= function queue() {
  const { ChatServer: waiting } = page;
  if (!waiting) return;
  waiting.q ??= [];
  // biome-ignore lint/complexity/noArguments: as sites write it
  waiting.q.push(arguments);
} as Command;

const chat: Command = (...command) => page.ChatServer?.(...command);

for (const button of document.querySelectorAll<HTMLElement>('[data-command]')) {
  const { command = '', argument } = button.dataset;
  button.onclick = () => (argument ? chat(command, argument) : chat(command));
}

for (const button of document.querySelectorAll<HTMLElement>('[data-ask]')) {
  button.onclick = () => {
    chat('prefill', button.dataset.ask);
    chat('open');
  };
}

for (const field of document.querySelectorAll<HTMLSelectElement>('#options [name]')) {
  field.oninput = () => chat('boot', { [field.name]: field.value });
}

const events = document.querySelector('#events');
for (const event of ['ready', 'open', 'close', 'unread', 'message']) {
  chat('on', event, (data: unknown) => {
    events?.append(`${event}${data === null ? '' : ` ${JSON.stringify(data)}`}\n`);
    events?.scrollTo(0, events.scrollHeight);
  });
}
