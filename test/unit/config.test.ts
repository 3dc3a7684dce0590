/** Settings: what each takes, and the one readable line for each that is wrong. */
import { describe, expect, test } from 'vitest';
import { ConfigError, isLoopback, readConfig, settings } from '../../src/config.js';

type SettingName = keyof typeof settings;

/** Values that each setting refuses; an empty list: it takes any text. */
const wrong: Record<SettingName, string[]> = {
  PORT: ['-1', '65536', 'http', '3000.5', ' 3000', '0x10'],
  HOST: [],
  FRONTEND_URL: [
    'shop.example',
    'https://shop.example/path',
    'null',
    '*',
    'https://a b',
    'ftp://a',
  ],
  DATA_DIR: [],
  DATABASE_URL: ['mysql://host/db', 'host:5432'],
  DATABASE_CONNECTIONS: ['1', '101', 'many'],
  REDIS_URL: ['http://host', 'host:6379'],
  AUTH_MODE: ['closed', 'OPEN', 'true'],
  JWT_SECRET: ['short', 'x'.repeat(31)],
  JWT_SECRET_PREVIOUS: ['short', `${'x'.repeat(32)},short`],
  RETENTION_DAYS: ['-1', '36501', 'never'],
  VISITOR_TOKEN_DAYS: ['0', '3651', 'forever'],
  PUBLIC_URL: ['chat.example.com', 'ftp://chat.example.com'],
  OIDC_ISSUER: ['login.example.com', 'ftp://login.example.com'],
  OIDC_CLIENT_ID: [],
  OIDC_CLIENT_SECRET: [],
  OIDC_ID_CLAIM: [],
  OIDC_ROLE_CLAIM: [],
  OIDC_ADMINS: [],
  OIDC_SUPERVISORS: [],
  HEARTBEAT_SECONDS: ['0', '3601', '15s'],
  TRUSTED_PROXIES: ['-1', '11', 'all'],
  EVENTS_PER_SECOND: ['0', '100001'],
  EVENT_BURST: ['0', '1000001'],
  CONNECTIONS_PER_IDENTITY: ['0', '100001'],
  CONNECTIONS_PER_ADDRESS: ['0', '1000001'],
  CONNECTS_PER_MINUTE: ['0', '1000001'],
  CHATS_PER_HOUR: ['0', '1000001'],
  REQUESTS_PER_MINUTE: ['0', '1000001'],
  RATE_LIMITS: ['no', 'false'],
  LOG_LEVEL: ['verbose', 'INFO'],
  LOG_FORMAT: ['xml'],
};

function linesOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
}

const names = Object.keys(settings) as SettingName[];

describe.each(names)('%s', (name) => {
  test('has a list of wrong values', () => {
    expect(wrong[name]).toBeDefined();
  });

  test('may be left empty', () => {
    expect(readConfig({ [name]: '' })).toEqual(readConfig({}));
  });

  test('says in one line what is wrong', () => {
    for (const value of wrong[name]) {
      const lines = linesOf({ [name]: value });
      expect(lines, value).toHaveLength(1);
      expect(lines[0], value).toMatch(new RegExp(`^${name} [^\\n]{5,200}\\.$`));
    }
  });
});

test('every wrong setting has its own line', () => {
  const refusing = names.filter((name) => wrong[name].length > 0);
  const environment = Object.fromEntries(refusing.map((name) => [name, wrong[name][0] ?? '']));
  const named = linesOf(environment).map((line) => line.split(' ')[0]);
  expect(named).toEqual(refusing);
});

test('what is secret in a setting is not repeated when it is wrong', () => {
  const password = 'hunter2';
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'JWT_SECRET'] as const) {
    expect(linesOf({ [name]: `x://user:${password}@host` }).join()).not.toContain(password);
  }
});

test.each([
  ['127.0.0.1', undefined, 'open'],
  ['127.8.8.8', undefined, 'open'],
  ['localhost', undefined, 'open'],
  ['::1', undefined, 'open'],
  ['0.0.0.0', undefined, 'token'],
  ['::', undefined, 'token'],
  ['192.168.1.5', undefined, 'token'],
  ['chat.example.com', undefined, 'token'],
  ['127.0.0.1.example.com', undefined, 'token'],
  ['0.0.0.0', 'open', 'open'],
  ['127.0.0.1', 'token', 'token'],
])('on HOST %s with AUTH_MODE %s the mode is %s', (HOST, AUTH_MODE, mode) => {
  expect(readConfig({ HOST, AUTH_MODE })).toMatchObject({
    authMode: mode,
    loopback: isLoopback(HOST),
  });
});

test.each([
  [{}, 'open'],
  [{ HOST: '127.0.0.1', FRONTEND_URL: 'http://localhost:5173', PUBLIC_URL: '' }, 'open'],
  [{ HOST: '0.0.0.0' }, 'token'],
  [{ TRUSTED_PROXIES: '1' }, 'token'],
  [{ FRONTEND_URL: 'http://localhost:5173, https://shop.example' }, 'token'],
  [{ PUBLIC_URL: 'https://chat.example' }, 'token'],
  [{ PUBLIC_URL: 'https://chat.example', AUTH_MODE: 'open' }, 'open'],
])('where others get here tokens are the rule: %j', (environment, authMode) => {
  expect(readConfig(environment).authMode).toBe(authMode);
});

test('origins are kept as browsers send them', () => {
  const FRONTEND_URL = ' https://Shop.example/ ,http://localhost:5173,, https://a.example:443';
  expect(readConfig({ FRONTEND_URL }).frontendOrigins).toEqual([
    'https://shop.example',
    'http://localhost:5173',
    'https://a.example',
  ]);
});
