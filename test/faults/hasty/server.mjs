// The server of this project with a store that is in too great a hurry. Only tests run it.
import { createChatServer } from '../../../dist/index.js';
import { runProcess } from '../../../dist/process.js';

const storeThread = new URL('./store.thread.mjs', import.meta.url);
await runProcess((options) => createChatServer({ ...options, storeThread }));
