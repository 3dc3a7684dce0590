/**
 * The ways to the server, in place of the library's own table: a WebSocket, or `fetch` where a proxy
 * lets no WebSocket through. The ones left out would be a tenth of what a visitor loads.
 */
import { Fetch, WebSocket } from 'engine.io-client';

export const transports = { websocket: WebSocket, polling: Fetch };
