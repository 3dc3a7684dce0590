import { Button, Checkbox, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Door } from './Door.js';
import classes from './Door.module.css';
import { type Identity, idProblem, NAME_RULE } from './session.js';

interface NamePageProps {
  /** Who it was before, when the name is being changed. */
  before: Identity | null;
  error?: string | null;
  onDone(identity: Identity): void;
}

/** Open mode: whoever is at this machine says who they are, once. */
export function NamePage({ before, error = null, onDone }: NamePageProps) {
  const [adminId, setAdminId] = useState(before?.adminId ?? '');
  const [supervisor, setSupervisor] = useState(before?.role === 'supervisor');
  const [tried, setTried] = useState(false);
  const problem = idProblem(adminId.trim());

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const role = supervisor ? 'supervisor' : 'admin';
    if (!problem) onDone({ adminId: adminId.trim().normalize('NFC'), role });
  };

  return (
    <Door
      title="Who are you?"
      hint="This server runs open, on this machine alone: a name is enough."
      error={error}
    >
      <form className={classes.form} onSubmit={submit} noValidate>
        <TextInput
          label="Name"
          description={`How colleagues and visitors see you. ${NAME_RULE}`}
          autoComplete="nickname"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          value={adminId}
          error={tried && problem}
          onChange={(event) => setAdminId(event.currentTarget.value)}
        />
        <Checkbox
          label="I am a supervisor"
          description="Sees everybody’s chats, not only their own."
          checked={supervisor}
          onChange={(event) => setSupervisor(event.currentTarget.checked)}
        />
        <Button type="submit">Open the console</Button>
      </form>
    </Door>
  );
}
