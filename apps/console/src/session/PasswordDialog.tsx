import { Alert, Button, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, messageOf } from './api.js';
import { MIN_PASSWORD } from './session.js';

interface PasswordDialogProps {
  opened: boolean;
  onClose(): void;
}

export function PasswordDialog({ opened, onClose }: PasswordDialogProps) {
  const [password, setPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const change = useMutation({
    mutationFn: () => api('POST', '/password', { password, newPassword }),
    onSuccess: () => {
      notifications.show({
        color: 'pine',
        message: 'Your password is changed; you are signed out everywhere else.',
      });
      close();
    },
  });
  const close = () => {
    setPassword('');
    setNewPassword('');
    change.reset();
    onClose();
  };
  const tooShort = newPassword !== '' && newPassword.length < MIN_PASSWORD;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!tooShort) change.mutate();
  };

  return (
    <Modal
      opened={opened}
      onClose={close}
      title="Change password"
      centered
      size="sm"
      closeButtonProps={{ 'aria-label': 'Cancel' }}
    >
      <form onSubmit={submit}>
        <Stack>
          {change.error && (
            <Alert color="red" role="alert">
              {messageOf(change.error)}
            </Alert>
          )}
          <PasswordInput
            label="Password until now"
            autoComplete="current-password"
            required
            withAsterisk={false}
            data-autofocus
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password"
            description={`${MIN_PASSWORD} characters or more`}
            autoComplete="new-password"
            required
            withAsterisk={false}
            value={newPassword}
            error={tooShort && `Use at least ${MIN_PASSWORD} characters.`}
            onChange={(event) => setNewPassword(event.currentTarget.value)}
          />
          <Text size="sm" c="dimmed">
            Every other browser in which you are signed in is signed out.
          </Text>
          <Button type="submit" loading={change.isPending}>
            Change password
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
