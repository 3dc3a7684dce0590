import { Modal } from '@mantine/core';
import { Fragment } from 'react';
import type { Command } from './commands.js';
import { KeyCaps } from './KeyCaps.js';
import classes from './Keys.module.css';

interface ShortcutSheetProps {
  opened: boolean;
  commands: Command[];
  onClose(): void;
}

const groups = ['Chats', 'This chat', 'Go to', 'Console'] as const;

export function ShortcutSheet({ opened, commands, onClose }: ShortcutSheetProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keyboard shortcuts"
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={classes.sheet}>
        {groups.map((group) => {
          const those = commands.filter((one) => one.group === group && one.keys.length > 0);
          if (those.length === 0) return null;
          return (
            <section key={group}>
              <h3 className={classes.heading}>{group}</h3>
              <dl className={classes.rows}>
                {those.map(({ id, label, keys }) => (
                  <div key={id} className={classes.row}>
                    <dt>{label}</dt>
                    <dd>
                      {keys.map((one, index) => (
                        <Fragment key={one}>
                          {index > 0 && <span className={classes.or}>or</span>}
                          <KeyCaps keys={one} />
                        </Fragment>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </Modal>
  );
}
