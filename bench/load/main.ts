/** The load generator's process: takes one job from its parent, does it, reports, ends. */
import { type ChatJob, type ChatResult, chatLoad } from './chatLoad.js';
import { type IdleJob, type IdleResult, idleLoad } from './idleLoad.js';
import { type PagesJob, type PagesResult, pagesLoad } from './pagesLoad.js';
import { type StormJob, type StormResult, stormLoad } from './stormLoad.js';
import { type WatchersJob, type WatchersResult, watchersLoad } from './watchersLoad.js';
import { type XmppJob, type XmppResult, xmppLoad } from './xmppLoad.js';

interface Jobs {
  chat: [ChatJob, ChatResult];
  idle: [IdleJob, IdleResult];
  storm: [StormJob, StormResult];
  watchers: [WatchersJob, WatchersResult];
  pages: [PagesJob, PagesResult];
  xmpp: [XmppJob, XmppResult];
}

export type Job = Jobs[keyof Jobs][0];
export type ResultOf<J extends Job> = Jobs[J['kind']][1];

const loads: { [K in keyof Jobs]: (job: Jobs[K][0]) => Promise<Jobs[K][1]> } = {
  chat: chatLoad,
  idle: idleLoad,
  storm: stormLoad,
  watchers: watchersLoad,
  pages: pagesLoad,
  xmpp: xmppLoad,
};

process.once('message', async (job: Job) => {
  const load = loads[job.kind] as (job: Job) => Promise<object>;
  const report = await load(job).then(
    (result) => ({ result }),
    (error: Error) => ({ failure: error.message }),
  );
  process.send?.(report, () => process.exit());
});
