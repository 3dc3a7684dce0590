/** How busy the generator itself is: a run in which it is the limit says nothing about the server. */

export interface OwnUse {
  /** CPU time of this process; 1 is one core all the time. */
  cpuShare: number;
  /** Part of the time in which its event loop had something to do, waiting for a core included. */
  loopShare: number;
}

/** @returns a function that gives the use since this call. */
export function ownUse(): () => OwnUse {
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  const from = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return {
      cpuShare: (user + system) / 1000 / (performance.now() - from),
      loopShare: performance.eventLoopUtilization(loop).utilization,
    };
  };
}
