/** Who is at this console: the server knows (by cookie), or in open mode this browser does. */
import { useLocalStorage } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api } from './api.js';

export type AdminRole = 'admin' | 'supervisor';

export interface Session {
  authMode: 'open' | 'token';
  /** Whether single sign-on is offered. */
  singleSignOn: boolean;
  /** False: there is no account yet, and no other way in. */
  setUp: boolean;
  /** Null: nobody has signed in. */
  adminId: string | null;
  role: AdminRole | null;
}

export interface Identity {
  adminId: string;
  role: AdminRole;
}

const SESSION = ['session'];

export function useSession() {
  return useQuery({
    queryKey: SESSION,
    queryFn: () => api<Session>('GET', '/session'),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Takes what the server says of the session, or asks it anew. */
export function useSetSession(): (session?: Session) => void {
  const queries = useQueryClient();
  return useCallback(
    (session) => {
      if (session) queries.setQueryData(SESSION, session);
      else void queries.invalidateQueries({ queryKey: SESSION });
    },
    [queries],
  );
}

/** The name that a person gave in open mode, where there is nothing to prove. */
export function useClaimedIdentity() {
  return useLocalStorage<Identity | null>({
    key: 'chat-server.console.identity',
    defaultValue: null,
    getInitialValueInEffect: false,
  });
}

export const MIN_PASSWORD = 10;

/** For those who choose a name, before they do. */
export const NAME_RULE = 'Letters, digits and . _ @ + -, no spaces.';

/** Browsers keep a sign-in over HTTPS and on this machine only. */
export const NOT_KEPT = isSecureContext
  ? null
  : 'This browser keeps no sign-in without HTTPS: open the console over https:// or on localhost.';

/** The server's rule for the name of an admin; it decides, this only spares a round trip. */
const ID = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}._:@|+=~/-]{0,127}$/u;

/** @returns what is wrong with a name, or null. */
export function idProblem(id: string): string | null {
  if (id === '') return 'Enter a name.';
  return ID.test(id.normalize('NFC')) ? null : 'Use letters, digits and . _ @ + - only, no spaces.';
}
