import { Button, Center } from '@mantine/core';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { api, messageOf } from './session/api.js';
import { Door } from './session/Door.js';
import { NamePage } from './session/NamePage.js';
import { SetupPage } from './session/SetupPage.js';
import { SignInPage } from './session/SignInPage.js';
import { type Identity, useClaimedIdentity, useSession, useSetSession } from './session/session.js';
import { Busy } from './shared/Busy.js';

const Desk = lazy(() => import('./desk/Desk.js'));

/** The door, or behind it the desk. */
export function App() {
  const session = useSession();
  const setSession = useSetSession();
  const [claimed, setClaimed] = useClaimedIdentity();
  const [renaming, setRenaming] = useState<{ error: string | null } | null>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const [setupToken, setSetupToken] = useState(takeSetupToken);

  const signOut = useCallback(async () => {
    await api('POST', '/sign-out').catch(() => {});
    setNotice(null);
    setSession();
  }, [setSession]);
  const expire = useCallback(
    (reason: string) => {
      setNotice(reason);
      setSession();
    },
    [setSession],
  );

  const refuseLink = useCallback(
    (reason: string) => {
      setSetupToken(null);
      expire(reason);
    },
    [expire],
  );
  // A link that is pasted into this tab changes the hash alone, and loads nothing.
  useEffect(() => {
    const take = () => setSetupToken((before) => takeSetupToken() ?? before);
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);

  if (setupToken) {
    return (
      <SetupPage
        key={setupToken}
        setupToken={setupToken}
        onDone={() => setSetupToken(null)}
        onRefused={refuseLink}
      />
    );
  }
  if (session.isPending) return <Waiting />;
  if (session.isError) {
    return (
      <Door title="The server does not answer" error={messageOf(session.error)}>
        <Button
          fullWidth
          mt="lg"
          loading={session.isFetching}
          onClick={() => void session.refetch()}
        >
          Try again
        </Button>
      </Door>
    );
  }

  const { authMode, singleSignOn, setUp, adminId, role } = session.data;
  if (authMode === 'open') {
    if (claimed && !renaming) {
      return (
        <Suspense fallback={<Waiting />}>
          <Desk
            key={`${claimed.adminId} ${claimed.role}`}
            identity={claimed}
            authMode="open"
            onLeave={() => setRenaming({ error: null })}
            onRefused={(error) => setRenaming({ error })}
          />
        </Suspense>
      );
    }
    const done = (identity: Identity) => {
      setClaimed(identity);
      setRenaming(null);
    };
    return <NamePage before={claimed} error={renaming?.error ?? null} onDone={done} />;
  }
  if (adminId === null || role === null) {
    return <SignInPage singleSignOn={singleSignOn} setUp={setUp} notice={notice} />;
  }
  return (
    <Suspense fallback={<Waiting />}>
      <Desk
        key={`${adminId} ${role}`}
        identity={{ adminId, role }}
        authMode="token"
        onLeave={() => void signOut()}
        onRefused={expire}
      />
    </Suspense>
  );
}

function Waiting() {
  return (
    <Center h="100%" component="main" aria-busy="true">
      <Busy />
    </Center>
  );
}

/** From the link of the first start. Read once, and taken out of the address and its history. */
function takeSetupToken(): string | null {
  const [, token] = /^#setup=([\w-]+)$/.exec(location.hash) ?? [];
  if (!token) return null;
  history.replaceState(null, '', location.pathname);
  return token;
}
