/** How the people who are connected leave a server that stops. */
import type { Server as HttpServer } from 'node:http';
import type { Server } from 'socket.io';
import type { Guards } from './Guards.js';

/** Time for last answers to reach their readers, in milliseconds. */
const FLUSH_WITHIN = 2000;
/** And then for the other side to close, too. */
const GOODBYE_WITHIN = 1000;
/** In which people are let go where there are other nodes, in milliseconds. */
const LET_GO_WITHIN = 2000;
const LET_GO_STEPS = 20;

/**
 * Where other nodes take them, people are let go a few at a time, and served until then: all at once
 * would be a stampede.
 */
export async function letGoInSteps(guards: Guards): Promise<void> {
  const { connections } = guards;
  const each = Math.ceil(connections.length / LET_GO_STEPS);
  for (let from = 0; from < connections.length; from += each) {
    for (const connection of connections.slice(from, from + each)) connection.close(false);
    await new Promise((resolve) => setTimeout(resolve, LET_GO_WITHIN / LET_GO_STEPS));
  }
}

/**
 * Closing the connection, not the namespace: a client whose namespace is closed stays away. Whoever
 * does not say goodbye, such as a phone in a tunnel, is cut: it must not hold up the stop.
 */
export async function letGo(io: Server, guards: Guards, http: HttpServer): Promise<void> {
  const { connections } = guards;
  for (const connection of connections) connection.close(false);
  const giveUp = Date.now() + FLUSH_WITHIN;
  while (guards.connections.length > 0 && Date.now() < giveUp) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const cut = setTimeout(() => {
    for (const { transport } of connections) transport.socket?.terminate?.();
    http.closeAllConnections();
  }, GOODBYE_WITHIN);
  await io.close();
  clearTimeout(cut);
}
