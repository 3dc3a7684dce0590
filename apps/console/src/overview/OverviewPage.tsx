/** The desk now, and its last day. */
import type { Overview } from '@chat-server/client';
import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { LucideIcon } from 'lucide-react';
import { CheckCheck, Hourglass, MessagesSquare, Timer, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { useDesk } from '../desk/DeskContext.js';
import { useCalm } from '../desk/useCalm.js';
import { WaitTime } from '../lists/WaitTime.js';
import { messageOf } from '../session/api.js';
import { Busy } from '../shared/Busy.js';
import { count, durationText } from '../shared/format.js';
import { Chart } from './Chart.js';
import { type HourFigures, hoursOf, meanOf, sum } from './hours.js';
import classes from './Overview.module.css';

/** How often the figures are read, in milliseconds. */
const REFRESH = 5000;

export function OverviewPage() {
  const { client } = useDesk();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['overview', client.selfId],
    queryFn: () => client.getOverview(),
    refetchInterval: REFRESH,
    placeholderData: keepPreviousData,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys
    <main className={classes.page} aria-labelledby="overview-title" tabIndex={0}>
      <div className={classes.inner}>
        <header className={classes.head}>
          <h1 id="overview-title" className={classes.title}>
            Overview
          </h1>
          <span className={classes.sub}>Now, and the last 24 hours</span>
        </header>
        {data && <Figures overview={data} />}
        {isPending && <Busy />}
        {error && !data && (
          <div className={classes.failed}>
            <TriangleAlert size={20} aria-hidden="true" />
            <p>{messageOf(error)}</p>
            <Button variant="default" size="xs" onClick={() => void refetch()}>
              Try again
            </Button>
          </div>
        )}
      </div>
    </main>
  );
}

function Figures({ overview }: { overview: Overview }) {
  const hours = useMemo(() => hoursOf(overview, Date.now()), [overview]);
  const times = hours.map(({ time }) => time);
  const values = <K extends keyof HourFigures>(key: K) => hours.map((hour) => hour[key]);
  const firstResponse = meanOf(hours, 'firstResponse', 'started');
  const resolution = meanOf(hours, 'resolution', 'ended');
  return (
    <>
      <div className={classes.tiles}>
        <Tile Icon={Hourglass} name="Waiting" value={String(overview.waiting)} note={<Longest />} />
        <Tile
          Icon={MessagesSquare}
          name="Active"
          value={String(overview.active)}
          note="chats with an admin"
        />
        <Tile
          Icon={Timer}
          name="First response"
          value={firstResponse === null ? '–' : durationText(firstResponse)}
          note={count(sum(hours, 'started'), 'chat started', 'chats started')}
        />
        <Tile
          Icon={CheckCheck}
          name="Resolution"
          value={resolution === null ? '–' : durationText(resolution)}
          note={count(sum(hours, 'ended'), 'chat ended', 'chats ended')}
        />
      </div>
      <div className={classes.charts}>
        <Chart
          title="Chats"
          times={times}
          kind="bars"
          text={String}
          series={[
            { label: 'Started', color: '--brand', values: values('started') },
            { label: 'Ended', color: '--chart-second', values: values('ended') },
          ]}
        />
        <Chart
          title="First response"
          times={times}
          kind="lines"
          text={durationText}
          series={[{ label: 'Mean', color: '--brand', values: values('firstResponse') }]}
        />
        <Chart
          title="Resolution"
          times={times}
          kind="lines"
          text={durationText}
          series={[{ label: 'Mean', color: '--brand', values: values('resolution') }]}
        />
      </div>
    </>
  );
}

/** How long the first in the queue has waited. */
function Longest() {
  const { client } = useDesk();
  const [oldest] = useCalm(client.queue).chats;
  if (!oldest) return <>nobody in the queue</>;
  return (
    <>
      longest <WaitTime since={oldest.createdAt} />
    </>
  );
}

interface TileProps {
  Icon: LucideIcon;
  name: string;
  value: string;
  note: React.ReactNode;
}

function Tile({ Icon, name, value, note }: TileProps) {
  return (
    <section className={classes.tile} aria-label={name}>
      <div className={classes.tileName}>
        <Icon size={16} aria-hidden="true" />
        {name}
      </div>
      <div className={classes.tileValue}>{value}</div>
      <div className={classes.tileNote}>{note}</div>
    </section>
  );
}
