/**
 * The ways to the server, in place of the library's own table: a WebSocket, or `fetch` where a proxy
 * lets no WebSocket through. The ones left out would be a twentieth of what a visitor loads.
 */
import { Fetch, WebSocket } from 'engine.io-client';

/** Read when a connection is made: the library's modules import each other in a circle. */
export const transports = {
  get websocket() {
    return WebSocket;
  },
  get polling() {
    return Fetch;
  },
};
