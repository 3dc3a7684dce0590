/** The load generator's process: takes one job from its parent, does it, reports, ends. */
import { type ChatJob, type ChatResult, chatLoad } from './chatLoad.js';

export type Job = ChatJob;
export type ResultOf<J extends Job> = J extends ChatJob ? ChatResult : never;

const jobs = { chat: chatLoad };

process.once('message', (job: Job) => {
  void jobs[job.kind](job)
    .then((result) => ({ result }))
    .catch((error: Error) => ({ failure: error.message }))
    .then((report) => process.send?.(report, () => process.exit()));
});
