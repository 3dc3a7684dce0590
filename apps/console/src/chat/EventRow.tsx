import { useDesk } from '../desk/DeskContext.js';
import { clockText, fullText, nameOf } from '../shared/format.js';
import classes from './EventRow.module.css';
import type { KeptEntry } from './rows.js';

/** What happened to the chat itself, as a line between its messages. */
export function EventRow({ entry, userId }: { entry: KeptEntry; userId: string }) {
  const { me } = useDesk();
  const { kind, senderId, senderRole, createdAt } = entry;
  const isUser = senderRole === 'user' && senderId === userId;
  const who = isUser ? nameOf(userId) : senderId === me.adminId ? 'You' : senderId;
  return (
    <div className={classes.event}>
      <bdi>{who}</bdi> {deeds[kind]}{' '}
      <time dateTime={createdAt} title={fullText(createdAt)}>
        {clockText(createdAt)}
      </time>
    </div>
  );
}

const deeds: Record<KeptEntry['kind'], string> = {
  message: '',
  assignment: 'took the chat',
  unassignment: 'put the chat back into the queue',
  end: 'ended the chat',
};
