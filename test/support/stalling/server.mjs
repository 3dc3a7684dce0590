// The real server; only its database's thread can be made to stand still. See `stalling.ts`.
import { createChatServer } from '../../../dist/index.js';
import { runProcess } from '../../../dist/process.js';

const storeThread = new URL('./thread.mjs', import.meta.url);
await runProcess((options) => createChatServer({ ...options, storeThread }));
