/** Random tests name their seed in their title; `SEED=123 npx vitest run …` repeats one. */
import { randomInt } from 'node:crypto';

export const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
