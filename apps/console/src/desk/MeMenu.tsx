/** Who one is here, and what one has chosen for this browser. */
import { Button, Divider, Popover, Stack, Switch, UnstyledButton } from '@mantine/core';
import { Keyboard, KeyRound, LogOut, UserPen } from 'lucide-react';
import { useState } from 'react';
import { canNotify, requestNotifications } from '../attention/desktop.js';
import { openShortcuts } from '../keys/Keys.js';
import { PasswordDialog } from '../session/PasswordDialog.js';
import { Avatar } from '../shared/Avatar.js';
import { useDesk } from './DeskContext.js';
import classes from './MeMenu.module.css';
import { useSettings } from './settings.js';

export function MeMenu() {
  const { me, authMode, leave } = useDesk();
  const [opened, setOpened] = useState(false);
  const [settings, change] = useSettings();
  const [refused, setRefused] = useState(false);
  const [changingPassword, setChangingPassword] = useState(false);

  const chooseNotifications = async (wanted: boolean) => {
    const allowed = wanted && (await requestNotifications());
    setRefused(wanted && !allowed);
    change({ notifications: allowed });
  };
  const close = (then?: () => void) => () => {
    setOpened(false);
    then?.();
  };

  return (
    <>
      <Popover
        opened={opened}
        onChange={setOpened}
        position="right-end"
        width={290}
        trapFocus
        returnFocus
        shadow="md"
      >
        <Popover.Target>
          <UnstyledButton
            className={classes.me}
            aria-label={`You: ${me.adminId}. Settings`}
            aria-haspopup="dialog"
            aria-expanded={opened}
            onClick={() => setOpened((before) => !before)}
          >
            <Avatar id={me.adminId} size={34} />
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown aria-label="You and your settings">
          <div className={classes.who}>
            <Avatar id={me.adminId} size={40} />
            <div className={classes.names}>
              <div className={classes.name}>{me.adminId}</div>
              <div className={classes.role}>
                {me.role === 'supervisor' ? 'Supervisor' : 'Admin'}
              </div>
            </div>
          </div>
          <Divider my="sm" />
          <Stack gap="sm">
            <Switch
              label="Sound"
              description="A tone for new chats and messages"
              checked={settings.sound}
              onChange={(event) => change({ sound: event.currentTarget.checked })}
            />
            <Switch
              label="Desktop notifications"
              description={
                refused
                  ? 'This browser does not allow them for this page'
                  : 'While you are in another window'
              }
              checked={settings.notifications && canNotify()}
              onChange={(event) => void chooseNotifications(event.currentTarget.checked)}
            />
            <Switch
              label="Single-key shortcuts"
              description="Turn off if they get in your way"
              checked={settings.singleKeys}
              onChange={(event) => change({ singleKeys: event.currentTarget.checked })}
            />
          </Stack>
          <Divider my="sm" />
          <Stack gap={2}>
            <MenuButton icon={<Keyboard size={17} />} onClick={close(openShortcuts)}>
              Keyboard shortcuts
            </MenuButton>
            {authMode === 'token' && (
              <MenuButton
                icon={<KeyRound size={17} />}
                onClick={close(() => setChangingPassword(true))}
              >
                Change password
              </MenuButton>
            )}
            <MenuButton
              icon={authMode === 'open' ? <UserPen size={17} /> : <LogOut size={17} />}
              onClick={close(leave)}
            >
              {authMode === 'open' ? 'Change name or role' : 'Sign out'}
            </MenuButton>
          </Stack>
        </Popover.Dropdown>
      </Popover>
      <PasswordDialog opened={changingPassword} onClose={() => setChangingPassword(false)} />
    </>
  );
}

interface MenuButtonProps {
  icon: React.ReactNode;
  onClick(): void;
  children: React.ReactNode;
}

function MenuButton({ icon, onClick, children }: MenuButtonProps) {
  return (
    <Button
      variant="subtle"
      color="gray"
      justify="flex-start"
      leftSection={icon}
      onClick={onClick}
      classNames={{ root: classes.button ?? '' }}
    >
      {children}
    </Button>
  );
}
