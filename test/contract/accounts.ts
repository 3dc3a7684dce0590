/** Accounts of admins and their sign-ins. */
import { expect, test } from 'vitest';
import type { Account } from '../../src/store/AccountStore.js';
import type { Engine } from './engine.js';

const ana: Account = { adminId: 'ana', role: 'admin', passwordHash: '$argon2id$one' };
const inAnHour = () => Date.now() + 3_600_000;

export function accountsContract(engine: Engine): void {
  test('an account is there from when it is made, also after a restart', async () => {
    const opened = await engine.open();
    expect(await opened.accounts.hasAccounts()).toBe(false);
    expect(await opened.accounts.getAccount('ana')).toBeNull();
    await opened.accounts.putAccount(ana);
    const { accounts } = await opened.reopen();
    expect(await accounts.hasAccounts()).toBe(true);
    expect(await accounts.getAccount('ana')).toEqual(ana);
    expect(await accounts.getAccount('Ana')).toBeNull();
  });

  test('changing an account ends its sign-ins, and nobody else’s', async () => {
    const { accounts } = await engine.open();
    await accounts.putAccount(ana);
    await accounts.putAccount({ ...ana, adminId: 'ben' });
    const expiresAt = inAnHour();
    await accounts.addSignIn({ sessionId: 'one', adminId: 'ana', role: null, expiresAt });
    await accounts.addSignIn({ sessionId: 'two', adminId: 'ben', role: null, expiresAt });
    const changed: Account = { adminId: 'ana', role: 'supervisor', passwordHash: '$argon2id$two' };
    await accounts.putAccount(changed);
    expect(await accounts.getAccount('ana')).toEqual(changed);
    expect(await accounts.getSignIn('one')).toBeNull();
    const bens = { sessionId: 'two', adminId: 'ben', expiresAt, role: 'admin' };
    expect(await accounts.getSignIn('two')).toEqual(bens);
  });

  test('a sign-in is in force until it ends or expires, with the role of its account', async () => {
    const { accounts } = await engine.open();
    await accounts.putAccount({ ...ana, role: 'supervisor' });
    const expiresAt = inAnHour();
    await accounts.addSignIn({ sessionId: 'one', adminId: 'ana', role: null, expiresAt });
    await accounts.addSignIn({
      sessionId: 'old',
      adminId: 'ana',
      role: null,
      expiresAt: Date.now() - 1,
    });
    await accounts.addSignIn({ sessionId: 'two', adminId: 'ana', role: null, expiresAt });
    await accounts.addSignIn({ sessionId: 'lost', adminId: 'nobody', role: null, expiresAt });
    expect(await accounts.getSignIn('one')).toMatchObject({ adminId: 'ana', role: 'supervisor' });
    for (const none of ['old', 'lost', 'unknown']) {
      expect(await accounts.getSignIn(none)).toBeNull();
    }
    await accounts.endSignIn('one');
    await accounts.endSignIn('one');
    expect(await accounts.getSignIn('one')).toBeNull();
    expect(await accounts.getSignIn('two')).not.toBeNull();
  });

  test('a sign-in that brings its role needs no account', async () => {
    const { accounts } = await engine.open();
    const signIn = {
      sessionId: 'one',
      adminId: 'olga',
      role: 'supervisor',
      expiresAt: inAnHour(),
    } as const;
    await accounts.addSignIn(signIn);
    expect(await accounts.getSignIn('one')).toEqual(signIn);
    expect(await accounts.inForce(['one', 'unknown'])).toEqual(['one']);
  });

  test('accounts are listed by name; one that is removed takes its sign-ins along', async () => {
    const { accounts } = await engine.open();
    await accounts.putAccount({ ...ana, adminId: 'ben', role: 'supervisor' });
    await accounts.putAccount(ana);
    const expiresAt = inAnHour();
    await accounts.addSignIn({ sessionId: 'one', adminId: 'ana', role: null, expiresAt });
    await accounts.addSignIn({ sessionId: 'two', adminId: 'ben', role: null, expiresAt });
    const bens = { adminId: 'ben', role: 'supervisor' };
    expect(await accounts.getAccounts()).toEqual([{ adminId: 'ana', role: 'admin' }, bens]);
    expect(await accounts.removeAccount('nobody')).toBe(false);
    expect(await accounts.removeAccount('ana')).toBe(true);
    expect(await accounts.getAccounts()).toEqual([bens]);
    expect(await accounts.inForce(['one', 'two'])).toEqual(['two']);
  });

  test('every sign-in of an admin ends at once, whatever the others do', async () => {
    const { accounts } = await engine.open();
    await accounts.putAccount(ana);
    await accounts.putAccount({ ...ana, adminId: 'ben' });
    const expiresAt = inAnHour();
    for (const sessionId of ['one', 'two']) {
      await accounts.addSignIn({ sessionId, adminId: 'ana', role: null, expiresAt });
    }
    await accounts.addSignIn({ sessionId: 'three', adminId: 'ben', role: null, expiresAt });
    expect(await accounts.inForce([])).toEqual([]);
    expect(await accounts.endSignInsOf('ana')).toBe(2);
    expect(await accounts.endSignInsOf('ana')).toBe(0);
    expect(await accounts.inForce(['one', 'two', 'three'])).toEqual(['three']);
  });
}
