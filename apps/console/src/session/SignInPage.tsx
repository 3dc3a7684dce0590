import { Button, Divider, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, messageOf } from './api.js';
import { Door } from './Door.js';
import classes from './Door.module.css';
import { NOT_KEPT, type Session, useSetSession } from './session.js';

/** What the way back from the provider may tell, as the last part of the address. */
const refusals: Record<string, string> = {
  sso_failed: 'Single sign-on did not succeed: try again.',
  sso_no_role: 'Your organisation knows you, but has given you no role in this console.',
  sso_unreachable: 'Single sign-on cannot be reached just now: try again.',
};

const NO_ACCOUNT =
  'No account yet: open the link that the server printed when it started, or run npx chat-server admin add --id you';

interface SignInPageProps {
  singleSignOn: boolean;
  /** False: nobody can sign in yet. */
  setUp: boolean;
  /** Why one has to sign in again, if one has been in. */
  notice: string | null;
}

export function SignInPage({ singleSignOn, setUp, notice }: SignInPageProps) {
  const setSession = useSetSession();
  const [adminId, setAdminId] = useState('');
  const [password, setPassword] = useState('');
  const [refused] = useState(takeRefusal);
  const signIn = useMutation({ mutationFn: enter, onSuccess: setSession });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ adminId: adminId.trim(), password });
  };

  return (
    <Door
      title="Sign in"
      hint="The console for everybody who answers chats."
      notice={signIn.error ? null : [notice, setUp ? null : NO_ACCOUNT].filter(Boolean).join(' ')}
      error={signIn.error ? messageOf(signIn.error) : (refused ?? NOT_KEPT)}
    >
      {singleSignOn && (
        <>
          <Button component="a" href="/api/v1/oidc/start" fullWidth mt="lg" variant="default">
            Continue with single sign-on
          </Button>
          <Divider className={classes.or} label="or with a password" labelPosition="center" />
        </>
      )}
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label="Name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          data-autofocus
          autoFocus
          value={adminId}
          onChange={(event) => setAdminId(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </Door>
  );
}

async function enter(credentials: { adminId: string; password: string }): Promise<Session> {
  await api('POST', '/sign-in', credentials);
  return confirmed();
}

/** @throws where the browser has dropped the cookie: it keeps it over HTTPS and on localhost only. */
export async function confirmed(): Promise<Session> {
  const session = await api<Session>('GET', '/session');
  if (session.adminId !== null) return session;
  throw new Error(
    'You are known, but this browser keeps no sign-in without HTTPS. Open the console over https:// or on localhost.',
  );
}

/** Read once, and taken out of the address. */
function takeRefusal(): string | null {
  const [, reason] = /^#refused=(\w+)$/.exec(location.hash) ?? [];
  if (!reason) return null;
  history.replaceState(null, '', location.pathname);
  return refusals[reason] ?? refusals.sso_failed ?? null;
}
