/** The frame of the pages before the desk: one card in the middle. */
import { Alert, Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Logo } from '../shared/Logo.js';
import { ThemeButton } from '../shared/ThemeButton.js';
import classes from './Door.module.css';

interface DoorProps {
  title: string;
  hint?: ReactNode;
  /** What went wrong. */
  error?: string | null;
  /** Something to know that is no error. */
  notice?: string | null;
  children: ReactNode;
}

export function Door({ title, hint, error, notice, children }: DoorProps) {
  return (
    <main className={classes.page}>
      <div className={classes.corner}>
        <ThemeButton />
      </div>
      <div className={classes.column}>
        <div className={classes.brand}>
          <Logo size={36} />
          <span>Chat Server</span>
        </div>
        <Paper className={classes.card} component="section" aria-labelledby="door-title">
          <Title order={1} id="door-title" className={classes.title}>
            {title}
          </Title>
          {hint && (
            <Text c="dimmed" size="sm" mt={6}>
              {hint}
            </Text>
          )}
          {notice && (
            <Alert color="gray" variant="light" mt="md" role="status">
              {notice}
            </Alert>
          )}
          {error && (
            <Alert
              color="red"
              variant="light"
              mt="md"
              role="alert"
              classNames={{ message: classes.error ?? '' }}
            >
              {error}
            </Alert>
          )}
          {children}
        </Paper>
      </div>
    </main>
  );
}
