/** Who may sign in, for supervisors. */
import { Badge, Button, Menu, Table, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, KeyRound, LogOut, Trash2, TriangleAlert, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useDesk } from '../desk/DeskContext.js';
import { api, messageOf } from '../session/api.js';
import type { Identity } from '../session/session.js';
import { Avatar } from '../shared/Avatar.js';
import { Busy } from '../shared/Busy.js';
import { AccountDialog } from './AccountDialog.js';
import classes from './Team.module.css';

const ACCOUNTS = ['accounts'];

export function TeamPage() {
  const { authMode } = useDesk();
  return authMode === 'token' ? <Accounts /> : <NoAccounts />;
}

/** There is no link to it; somebody may have typed the address. */
function NoAccounts() {
  return (
    <main className={classes.page} aria-labelledby="team-title">
      <div className={classes.inner}>
        <h1 id="team-title" className={classes.title}>
          Team
        </h1>
        <p className={classes.nobody}>
          Accounts exist in token mode; here the server runs open, and a name is enough.
        </p>
      </div>
    </main>
  );
}

function Accounts() {
  const [edited, setEdited] = useState<Partial<Identity> | null>(null);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ACCOUNTS,
    queryFn: () => api<{ accounts: Identity[] }>('GET', '/accounts'),
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys
    <main className={classes.page} aria-labelledby="team-title" tabIndex={0}>
      <div className={classes.inner}>
        <header className={classes.head}>
          <h1 id="team-title" className={classes.title}>
            Team
          </h1>
          <span className={classes.space} />
          <Button size="xs" leftSection={<UserPlus size={15} />} onClick={() => setEdited({})}>
            Add somebody
          </Button>
        </header>
        {isPending && <Busy />}
        {error && (
          <div className={classes.failed}>
            <TriangleAlert size={20} aria-hidden="true" />
            <p>{messageOf(error)}</p>
            <Button variant="default" size="xs" onClick={() => void refetch()}>
              Try again
            </Button>
          </div>
        )}
        {data && (
          <div className={classes.card}>
            <Table verticalSpacing="sm" horizontalSpacing="md">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Role</Table.Th>
                  <Table.Th className={classes.narrow}>Actions</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.accounts.map((account) => (
                  <AccountRow key={account.adminId} account={account} onEdit={setEdited} />
                ))}
              </Table.Tbody>
            </Table>
            {data.accounts.length === 0 && (
              <p className={classes.nobody}>
                Nobody signs in with a password; everybody comes by single sign-on.
              </p>
            )}
          </div>
        )}
      </div>
      <AccountDialog account={edited} onClose={() => setEdited(null)} />
    </main>
  );
}

interface AccountRowProps {
  account: Identity;
  onEdit(account: Identity): void;
}

function AccountRow({ account, onEdit }: AccountRowProps) {
  const { me, ask } = useDesk();
  const { adminId, role } = account;
  const { signOut, remove } = useAccountActions(adminId);
  return (
    <Table.Tr>
      <Table.Td>
        <span className={classes.who}>
          <Avatar id={adminId} size={32} />
          <span className={classes.name}>{adminId}</span>
          {adminId === me.adminId && <span className={classes.you}>you</span>}
        </span>
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={role === 'supervisor' ? 'pine' : 'gray'} tt="none">
          {role === 'supervisor' ? 'Supervisor' : 'Admin'}
        </Badge>
      </Table.Td>
      <Table.Td className={classes.narrow}>
        {adminId !== me.adminId && (
          <Menu position="bottom-end" width={220}>
            <Menu.Target>
              <UnstyledButton className={classes.more} aria-label={`Actions for ${adminId}`}>
                <Ellipsis size={18} />
              </UnstyledButton>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<KeyRound size={15} />} onClick={() => onEdit(account)}>
                New password or role
              </Menu.Item>
              <Menu.Item leftSection={<LogOut size={15} />} onClick={() => signOut.mutate()}>
                Sign out everywhere
              </Menu.Item>
              <Menu.Item
                color="red"
                leftSection={<Trash2 size={15} />}
                onClick={() =>
                  ask({
                    title: `Remove ${adminId}?`,
                    text: `${adminId} is signed out and cannot sign in any more. Their chats stay theirs until they are put back.`,
                    confirm: 'Remove',
                    run: () => remove.mutate(),
                  })
                }
              >
                Remove
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function useAccountActions(adminId: string) {
  const queries = useQueryClient();
  const path = `/accounts/${encodeURIComponent(adminId)}`;
  const onError = (error: Error) => {
    notifications.show({ color: 'red', message: messageOf(error) });
  };
  const done = (message: string) => () => {
    notifications.show({ color: 'pine', message });
    void queries.invalidateQueries({ queryKey: ACCOUNTS });
  };
  return {
    signOut: useMutation({
      mutationFn: () => api('POST', `${path}/sign-out`),
      onSuccess: done(`${adminId} is signed out everywhere.`),
      onError,
    }),
    remove: useMutation({
      mutationFn: () => api('DELETE', path),
      onSuccess: done(`${adminId} is removed.`),
      onError,
    }),
  };
}
