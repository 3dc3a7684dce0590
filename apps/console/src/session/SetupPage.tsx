import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { ApiError, api, messageOf } from './api.js';
import { Door } from './Door.js';
import classes from './Door.module.css';
import { confirmed } from './SignInPage.js';
import {
  idProblem,
  MIN_PASSWORD,
  NAME_RULE,
  NOT_KEPT,
  type Session,
  useSetSession,
} from './session.js';

interface SetupPageProps {
  setupToken: string;
  onDone(): void;
  /** The link opens nothing (any more). */
  onRefused(reason: string): void;
}

/** The first account, which is a supervisor's. */
export function SetupPage({ setupToken, onDone, onRefused }: SetupPageProps) {
  const setSession = useSetSession();
  const [adminId, setAdminId] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const setUp = useMutation({
    mutationFn: async (): Promise<Session> => {
      await api('POST', '/setup', { setupToken, adminId: adminId.trim(), password });
      return confirmed();
    },
    onSuccess: (session) => {
      setSession(session);
      onDone();
    },
  });
  const { error: refused } = useQuery({
    queryKey: ['setup', setupToken],
    queryFn: async () => {
      await api('POST', '/setup/check', { setupToken });
      return true;
    },
    enabled: setUp.isIdle,
  });
  useEffect(() => {
    if (refused instanceof ApiError && refused.code === 'forbidden') onRefused(refused.message);
  }, [refused, onRefused]);
  const problems = {
    adminId: idProblem(adminId.trim()),
    password: password.length < MIN_PASSWORD ? `Use at least ${MIN_PASSWORD} characters.` : null,
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!problems.adminId && !problems.password) setUp.mutate();
  };

  return (
    <Door
      title="Welcome"
      hint="Make the first account. It is a supervisor’s: it sees every chat and can add others."
      error={setUp.error ? messageOf(setUp.error) : NOT_KEPT}
    >
      <form className={classes.form} onSubmit={submit} noValidate>
        <TextInput
          label="Name"
          description={`How colleagues and visitors see you. ${NAME_RULE}`}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          value={adminId}
          error={tried && problems.adminId}
          onChange={(event) => setAdminId(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          description={`${MIN_PASSWORD} characters or more; a few words are best.`}
          name="password"
          autoComplete="new-password"
          value={password}
          error={tried && problems.password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={setUp.isPending}>
          Make the account
        </Button>
        {setUp.error && (
          <Button variant="subtle" onClick={onDone}>
            Go to sign-in
          </Button>
        )}
      </form>
    </Door>
  );
}
