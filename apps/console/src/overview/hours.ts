/** The figures of the last day, an entry for each hour, also for those in which nothing happened. */
import type { Overview } from '@chat-server/client';

const HOUR = 3_600_000;
const HOURS = 24;

export interface HourFigures {
  /** Milliseconds since 1970 of its begin. */
  time: number;
  started: number;
  ended: number;
  /** Means in milliseconds; null where there was none. */
  firstResponse: number | null;
  resolution: number | null;
}

export function hoursOf({ hours }: Overview, now: number): HourFigures[] {
  const known = new Map(hours.map((hour) => [Date.parse(hour.hour), hour]));
  const last = now - (now % HOUR);
  return Array.from({ length: HOURS }, (_, index) => {
    const time = last - (HOURS - 1 - index) * HOUR;
    const found = known.get(time);
    return {
      time,
      started: found?.started ?? 0,
      ended: found?.ended ?? 0,
      firstResponse: found?.firstResponse ?? null,
      resolution: found?.resolution ?? null,
    };
  });
}

export function sum(hours: HourFigures[], of: 'started' | 'ended'): number {
  return hours.reduce((total, hour) => total + hour[of], 0);
}

/** The mean of the hours' means, each with the weight of how many chats it comes from. */
export function meanOf(
  hours: HourFigures[],
  of: 'firstResponse' | 'resolution',
  weight: 'started' | 'ended',
): number | null {
  let total = 0;
  let weights = 0;
  for (const hour of hours) {
    const value = hour[of];
    if (value === null) continue;
    const many = Math.max(1, hour[weight]);
    total += value * many;
    weights += many;
  }
  return weights === 0 ? null : total / weights;
}
