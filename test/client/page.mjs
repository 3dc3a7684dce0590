/** A page with the SDK's hooks on it, for the browser test. */
import { connectUser } from '@chat-server/client';
import { useConnection, useCurrentChat, useTimeline } from '@chat-server/client/react';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

function Entry({ entry }) {
  const text = 'seq' in entry && entry.kind !== 'message' ? `[${entry.kind}]` : entry.content;
  return createElement('p', { 'data-state': entry.state }, text);
}

function Chat({ client }) {
  const { status } = useConnection(client);
  const timeline = useTimeline(useCurrentChat(client));
  const entries = timeline?.entries.map((entry) =>
    createElement(Entry, { key: entry.seq ?? entry.clientMessageId, entry }),
  );
  return createElement('main', { 'data-status': status, 'data-unread': timeline?.unread }, entries);
}

const client = connectUser({
  url: location.origin,
  userId: location.hash.slice(1),
  storage: localStorage,
  timing: { retryMin: 50, retryMax: 200, answer: 2000 },
});
window.client = client;
createRoot(document.querySelector('div')).render(createElement(Chat, { client }));
