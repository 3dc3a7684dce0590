import { useReadable } from '@chat-server/client/react';
import { Button } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { CloudOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import classes from './ConnectionBanner.module.css';
import { useDesk } from './DeskContext.js';

/** A connection that comes back within this time is not worth a word; in milliseconds. */
const PATIENCE = 800;

export function ConnectionBanner() {
  const { client } = useDesk();
  const { status } = useReadable(client.connection);
  const { online } = useNetwork();
  const away = status === 'connecting' || status === 'reconnecting' || !online;
  const [shown, setShown] = useState(false);

  useEffect(() => {
    if (!away) return setShown(false);
    const timer = setTimeout(() => setShown(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [away]);

  return (
    <div className={classes.slot} role="status">
      {shown && (
        <div className={classes.banner}>
          <CloudOff size={16} aria-hidden="true" />
          <span>
            {status === 'connecting' ? 'Connecting …' : 'The connection is lost.'} What you write is
            kept and sent as soon as it is back.
          </span>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => client.reconnect()}
          >
            Try now
          </Button>
        </div>
      )}
    </div>
  );
}
