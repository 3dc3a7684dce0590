import {
  Alert,
  Button,
  Modal,
  PasswordInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { api, messageOf } from '../session/api.js';
import {
  type AdminRole,
  type Identity,
  idProblem,
  MIN_PASSWORD,
  NAME_RULE,
} from '../session/session.js';

interface AccountDialogProps {
  /** Null: closed. Without a name: a new one. */
  account: Partial<Identity> | null;
  onClose(): void;
}

export function AccountDialog({ account, onClose }: AccountDialogProps) {
  const queries = useQueryClient();
  const [adminId, setAdminId] = useState('');
  const [role, setRole] = useState<AdminRole>('admin');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const isNew = account?.adminId === undefined;
  const { mutate, reset, error, isPending } = useMutation({
    mutationFn: () => api('POST', '/accounts', { adminId: adminId.trim(), role, password }),
    onSuccess: () => {
      notifications.show({ color: 'pine', message: `${adminId.trim()} can sign in now.` });
      void queries.invalidateQueries({ queryKey: ['accounts'] });
      onClose();
    },
  });

  useEffect(() => {
    if (!account) return;
    setAdminId(account.adminId ?? '');
    setRole(account.role ?? 'admin');
    setPassword('');
    setTried(false);
    reset();
  }, [account, reset]);

  const problems = {
    adminId: idProblem(adminId.trim()),
    password: password.length < MIN_PASSWORD ? `Use at least ${MIN_PASSWORD} characters.` : null,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!problems.adminId && !problems.password) mutate();
  };

  return (
    <Modal
      opened={account !== null}
      onClose={onClose}
      title={isNew ? 'Add somebody' : `Change ${account?.adminId}`}
      centered
      size="sm"
      closeButtonProps={{ 'aria-label': 'Cancel' }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          {error && (
            <Alert color="red" role="alert">
              {messageOf(error)}
            </Alert>
          )}
          {isNew && (
            <TextInput
              label="Name"
              description={`How colleagues and visitors see them. ${NAME_RULE}`}
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              data-autofocus
              value={adminId}
              error={tried && problems.adminId}
              onChange={(event) => setAdminId(event.currentTarget.value)}
            />
          )}
          <div>
            <Text size="sm" fw={500} mb={4} id="role-label">
              Role
            </Text>
            <SegmentedControl
              fullWidth
              aria-labelledby="role-label"
              data={[
                { value: 'admin', label: 'Admin' },
                { value: 'supervisor', label: 'Supervisor' },
              ]}
              value={role}
              onChange={(value) => setRole(value as AdminRole)}
            />
          </div>
          <PasswordInput
            label={isNew ? 'Password' : 'New password'}
            description="Tell it them in person; they can change it."
            autoComplete="new-password"
            value={password}
            error={tried && problems.password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {!isNew && (
            <Text size="sm" c="dimmed">
              They are signed out everywhere, and sign in with the new one.
            </Text>
          )}
          <Button type="submit" loading={isPending}>
            {isNew ? 'Add' : 'Change'}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
