/** What stands between the visitor and an answer: nobody there, no connection, no admission. */
import type { ConnectionState } from '@chat-server/client';
import type { Language } from '../../strings/load.js';
import type { SessionStatus } from '../Session.js';

interface StatusProps {
  session: SessionStatus;
  connection: ConnectionState;
  isOnline: boolean;
  language: Language;
}

export function Status({ language: { strings }, ...state }: StatusProps) {
  const [tone, text] = statusOf(state, strings);
  return (
    <div class={`status ${tone}`} role="status">
      {text ? <p>{text}</p> : null}
    </div>
  );
}

function statusOf(
  { session, connection, isOnline }: Omit<StatusProps, 'language'>,
  strings: Language['strings'],
): ['slow' | 'warn' | 'bad' | 'calm', string] {
  if (session === 'rejected') return ['bad', strings.signInExpired];
  if (session === 'unreachable') return ['warn', strings.reconnecting];
  if (session !== 'connected') return ['slow', session === 'nobody' ? '' : strings.connecting];
  const { status, error } = connection;
  if (status === 'refused') {
    return ['bad', error?.code === 'unauthorized' ? strings.signInExpired : strings.refused];
  }
  if (status === 'connecting' && !error) return ['slow', strings.connecting];
  if (status !== 'connected') return ['warn', strings.reconnecting];
  return ['calm', isOnline ? '' : strings.away];
}
