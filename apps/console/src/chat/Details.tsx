/** What is known of a chat and its visitor. */
import type { Chat, UserPresence } from '@chat-server/client';
import { useReadable } from '@chat-server/client/react';
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { Check, Copy, ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDesk } from '../desk/DeskContext.js';
import { WaitTime } from '../lists/WaitTime.js';
import { Avatar } from '../shared/Avatar.js';
import { durationText, fullText } from '../shared/format.js';
import classes from './Details.module.css';

interface DetailsProps {
  chat: Chat;
  presence: UserPresence | null;
}

const statuses = { unassigned: 'Waiting', assigned: 'Open', ended: 'Ended' };

export function Details({ chat, presence }: DetailsProps) {
  const { client, me } = useDesk();
  const viewers = useReadable(client.viewers);
  const { chatId, userId, adminId, status, createdAt, firstResponseAt, endedAt } = chat;
  const began = Date.parse(createdAt);
  const looking = viewers?.chatId === chatId ? viewers.adminIds : [];
  return (
    <div className={classes.details}>
      <Section title="Visitor">
        <Fact name="Id">
          <span className={classes.id}>{userId}</span>
          <Copied value={userId} what="the visitor’s id" />
        </Fact>
        <Fact name="Presence">
          {presence === null ? 'Not known' : presence.online ? 'Connected' : 'Not connected'}
        </Fact>
        <Fact name="Page">
          <PageLink page={presence?.page ?? null} />
        </Fact>
      </Section>
      <Section title="Chat">
        <Fact name="Status">{statuses[status]}</Fact>
        <Fact name="Admin">{adminId ?? 'Nobody yet'}</Fact>
        <Fact name="Started">{fullText(createdAt)}</Fact>
        {status === 'unassigned' && (
          <Fact name="Waiting">
            <WaitTime since={createdAt} />
          </Fact>
        )}
        <Fact name="First answer">
          {firstResponseAt
            ? `after ${durationText(Date.parse(firstResponseAt) - began)}`
            : 'None yet'}
        </Fact>
        {endedAt && <Fact name="Lasted">{durationText(Date.parse(endedAt) - began)}</Fact>}
        <Fact name="Link">
          <span className={classes.id}>{chatId}</span>
          <Copied value={location.href} what="the link to this chat" />
        </Fact>
      </Section>
      <Section title="Who is looking">
        <ul className={classes.viewers}>
          {looking.map((viewer) => (
            <li key={viewer} className={classes.viewer}>
              <Avatar id={viewer} size={24} />
              <span className={classes.viewerName}>{viewer}</span>
              {viewer === me.adminId && <span className={classes.you}>you</span>}
            </li>
          ))}
          {looking.length === 0 && <li className={classes.you}>Nobody</li>}
        </ul>
      </Section>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h3 className={classes.heading}>{title}</h3>
      <div className={classes.facts}>{children}</div>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <span className={classes.factName}>{name}</span>
      <span className={classes.factValue}>{children}</span>
    </div>
  );
}

function PageLink({ page }: { page: UserPresence['page'] }) {
  if (!page) return 'Not told';
  return (
    <a className={classes.page} href={page.url} target="_blank" rel="noopener noreferrer nofollow">
      <bdi>{page.title || page.url}</bdi>
      <ExternalLink size={12} aria-hidden="true" />
    </a>
  );
}

function Copied({ value, what }: { value: string; what: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy ${what}`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={copied ? 'Copied' : `Copy ${what}`}
            onClick={copy}
          >
            {copied ? <Check size={14} /> : <Copy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
