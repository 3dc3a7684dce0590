/**
 * Every setting, once: its name in the environment, its default, what it takes and what it does.
 * `docs/settings.md` and `.env.example` are printed from this table. No other file reads the
 * environment.
 */
import { z } from 'zod';

/** `fallback` and `does` are what the docs show; the schema has the real default. */
interface Setting {
  schema: z.ZodType;
  fallback: string;
  does: string;
}

/** An empty value in a `.env` file means: not set. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema);

function wholeNumber(least: number, most: number, unit: string, fallback: number) {
  const error = `must be a whole number from ${least} to ${most}${unit && ` (${unit})`}`;
  return optional(
    z
      .string()
      .regex(/^\d{1,9}$/, { error })
      .transform(Number)
      .refine((value) => value >= least && value <= most, { error })
      .default(fallback),
  );
}

function oneOf<const T extends [string, ...string[]]>(...values: T) {
  return z.enum(values, { error: `must be one of: ${values.join(', ')}` });
}

/** An address of another server. It may hold a password: it is not repeated in what is said. */
function address(...schemes: [string, string]) {
  const error = `must be an address that begins with ${schemes.join(':// or ')}://`;
  return optional(
    z
      .string()
      .refine((url) => URL.canParse(url) && schemes.includes(new URL(url).protocol.slice(0, -1)), {
        error,
      })
      .optional(),
  );
}

const origins = optional(
  z
    .string()
    .default('')
    .transform((list, context) => {
      const parts = list.split(',').map((part) => part.trim());
      return parts.filter(Boolean).flatMap((part) => {
        const url = URL.canParse(part) ? new URL(part) : undefined;
        if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search) {
          return [url.origin];
        }
        context.addIssue(
          `has '${part}', which is not an origin: write https://shop.example, with commas between several`,
        );
        return [];
      });
    }),
);

const names = optional(
  z
    .string()
    .default('')
    .transform((list) => list.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter(Boolean)),
);

export const settings = {
  PORT: {
    schema: wholeNumber(0, 65535, '', 3000),
    fallback: '3000',
    does: 'TCP port to listen on; 0 takes a free one.',
  },
  HOST: {
    schema: optional(z.string().default('127.0.0.1')),
    fallback: '127.0.0.1',
    does: 'Address to listen on. `0.0.0.0` or `::` opens the server to the network.',
  },
  FRONTEND_URL: {
    schema: origins,
    fallback: '(none)',
    does: "Origins whose pages may connect, besides the server's own, with commas between them.",
  },
  DATA_DIR: {
    schema: optional(z.string().default('./data')),
    fallback: './data',
    does: 'Directory of the database and of the generated secret. One server at a time.',
  },
  DATABASE_URL: {
    schema: address('postgres', 'postgresql'),
    fallback: '(none)',
    does: 'PostgreSQL, `postgresql://user:password@host:5432/name`, for several nodes. Unset: the embedded database in `DATA_DIR`.',
  },
  DATABASE_CONNECTIONS: {
    schema: wholeNumber(2, 100, 'connections', 10),
    fallback: '10',
    does: 'Most connections that one node opens to PostgreSQL.',
  },
  REDIS_URL: {
    schema: address('redis', 'rediss'),
    fallback: '(none)',
    does: 'Redis or Valkey, `redis://host:6379`, through which nodes wake each other. Needs `DATABASE_URL`.',
  },
  AUTH_MODE: {
    schema: optional(oneOf('open', 'token').optional()),
    fallback:
      '`open` where nothing says that others get here (HOST, TRUSTED_PROXIES, PUBLIC_URL, FRONTEND_URL), else `token`',
    does: '`open` believes the id that a client claims; `token` wants a signed token for it.',
  },
  JWT_SECRET: {
    schema: optional(
      z
        .string()
        .min(32, { error: 'must have at least 32 characters: try `openssl rand -base64 48`' })
        .optional(),
    ),
    fallback: '(made at first start)',
    does: 'Secret that signs tokens (HS256). Unset: generated and kept in `DATA_DIR/jwt-secret`.',
  },
  JWT_SECRET_PREVIOUS: {
    schema: optional(
      z
        .string()
        .default('')
        .transform((list) => list.split(',').filter(Boolean))
        .refine((secrets) => secrets.every((secret) => secret.length >= 32), {
          error: 'must be secrets of at least 32 characters each, with commas between them',
        }),
    ),
    fallback: '(none)',
    does: 'Earlier values of `JWT_SECRET`, with commas between them: what they signed is good until it expires.',
  },
  VISITOR_TOKEN_DAYS: {
    schema: wholeNumber(1, 3650, 'days', 180),
    fallback: '180',
    does: 'Days for which the anonymous identity of `POST /api/v1/visitors` is valid.',
  },
  PUBLIC_URL: {
    schema: optional(
      z
        .url({ protocol: /^https?$/, error: 'must be an address such as https://chat.example.com' })
        .transform((url) => new URL(url).origin)
        .optional(),
    ),
    fallback: '(where it listens)',
    does: 'Address under which browsers reach the server; single sign-on comes back to it.',
  },
  OIDC_ISSUER: {
    schema: optional(
      z.url({ protocol: /^https?$/, error: 'must be the address of the provider' }).optional(),
    ),
    fallback: '(none)',
    does: 'OpenID Connect provider with which admins sign in to the console.',
  },
  OIDC_CLIENT_ID: {
    schema: optional(z.string().optional()),
    fallback: '(none)',
    does: 'Client id that the provider gave for the console.',
  },
  OIDC_CLIENT_SECRET: {
    schema: optional(z.string().optional()),
    fallback: '(none)',
    does: 'Its secret; leave it out for a public client, PKCE is used always.',
  },
  OIDC_ID_CLAIM: {
    schema: optional(z.string().default('email')),
    fallback: 'email',
    does: 'Claim that becomes the `adminId`. Nobody but the provider may be able to choose it.',
  },
  OIDC_ROLE_CLAIM: {
    schema: optional(z.string().default('groups')),
    fallback: 'groups',
    does: 'Claim with the groups or roles of a person; dots lead into objects: `realm_access.roles`.',
  },
  OIDC_ADMINS: {
    schema: names,
    fallback: '(nobody)',
    does: 'Values of that claim that make an admin, with commas between them; `*`: everybody.',
  },
  OIDC_SUPERVISORS: {
    schema: names,
    fallback: '(nobody)',
    does: 'Values of that claim that make a supervisor, with commas between them; `*`: everybody.',
  },
  RETENTION_DAYS: {
    schema: wholeNumber(0, 36_500, 'days', 0),
    fallback: '0',
    does: 'Days after its end when a chat is deleted with all its messages; 0 keeps chats for ever.',
  },
  HEARTBEAT_SECONDS: {
    schema: wholeNumber(1, 3600, 'seconds', 15),
    fallback: '15',
    does: 'Seconds after traffic in a chat until its last `seq` is told again.',
  },
  TRUSTED_PROXIES: {
    schema: wholeNumber(0, 10, '', 0),
    fallback: '0',
    does: 'Proxies in front of the server, each of which adds to `X-Forwarded-For` the address it sees. Too many, and clients may choose their address; too few, and all of them share one.',
  },
  EVENTS_PER_SECOND: {
    schema: wholeNumber(1, 100_000, 'events a second', 20),
    fallback: '20',
    does: 'Events that one user or admin may send in the long run, over all their connections. Ten times that from one address.',
  },
  EVENT_BURST: {
    schema: wholeNumber(1, 1_000_000, 'events', 200),
    fallback: '200',
    does: 'Events that one user or admin may send at once, after a rest. Ten times that from one address.',
  },
  CONNECTIONS_PER_IDENTITY: {
    schema: wholeNumber(1, 100_000, 'connections', 20),
    fallback: '20',
    does: 'Connections that one user or admin may have open: tabs and devices.',
  },
  CONNECTIONS_PER_ADDRESS: {
    schema: wholeNumber(1, 1_000_000, 'connections', 500),
    fallback: '500',
    does: 'Connections that may be open from one address; an office has one for all.',
  },
  CONNECTS_PER_MINUTE: {
    schema: wholeNumber(1, 1_000_000, 'connects a minute', 600),
    fallback: '600',
    does: 'New connections from one address in a minute; a tenth of that for one user or admin.',
  },
  CHATS_PER_HOUR: {
    schema: wholeNumber(1, 1_000_000, 'chats an hour', 30),
    fallback: '30',
    does: 'Chats that one user may start in an hour. Ten times that from one address.',
  },
  REQUESTS_PER_MINUTE: {
    schema: wholeNumber(1, 1_000_000, 'requests a minute', 600),
    fallback: '600',
    does: 'Requests to the REST API from one address in a minute.',
  },
  RATE_LIMITS: {
    schema: optional(oneOf('on', 'off').default('on')),
    fallback: 'on',
    does: '`off` lifts every limit of rate, for benchmarks; refused unless HOST is loopback.',
  },
  LOG_LEVEL: {
    schema: optional(oneOf('debug', 'info', 'warn', 'error', 'silent').default('info')),
    fallback: 'info',
    does: 'Least severe lines to log: `debug`, `info`, `warn`, `error` or `silent`.',
  },
  LOG_FORMAT: {
    schema: optional(oneOf('json', 'pretty').optional()),
    fallback: '`pretty` on a terminal, else `json`',
    does: 'One JSON object a line for machines, or coloured lines for people.',
  },
} as const satisfies Record<string, Setting>;

type SettingName = keyof typeof settings;
type Values = { [N in SettingName]: z.output<(typeof settings)[N]['schema']> };

/** How admins sign in with an OpenID Connect provider. */
export interface OidcConfig {
  issuer: string;
  clientId: string;
  /** Undefined: a public client. */
  clientSecret: string | undefined;
  idClaim: string;
  roleClaim: string;
  admins: string[];
  supervisors: string[];
}

export interface Config {
  port: number;
  host: string;
  frontendOrigins: string[];
  dataDir: string;
  authMode: 'open' | 'token';
  /** Undefined: the embedded database in `dataDir`, and one node. */
  databaseUrl: string | undefined;
  databaseConnections: number;
  redisUrl: string | undefined;
  /** Undefined: generated and kept in `dataDir`. */
  jwtSecret: string | undefined;
  previousJwtSecrets: string[];
  visitorTokenDays: number;
  /** Origin under which browsers reach the server; undefined: where it listens. */
  publicUrl: string | undefined;
  oidc: OidcConfig | undefined;
  retentionDays: number;
  heartbeatSeconds: number;
  trustedProxies: number;
  eventsPerSecond: number;
  eventBurst: number;
  connectionsPerIdentity: number;
  connectionsPerAddress: number;
  connectsPerMinute: number;
  chatsPerHour: number;
  requestsPerMinute: number;
  /** False only on loopback. */
  rateLimits: boolean;
  logLevel: string;
  logFormat: 'json' | 'pretty';
  /** HOST is an address of this machine alone. */
  loopback: boolean;
  /** Others than this machine get here, if only through a proxy, for all that the settings say. */
  reachable: boolean;
}

/** Everything that is wrong with the settings, a readable line each. */
export class ConfigError extends Error {
  constructor(readonly lines: string[]) {
    super(lines.join('\n'));
  }
}

/** @throws ConfigError */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const lines: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema }] of Object.entries(settings)) {
    const parsed = (schema as z.ZodType).safeParse(environment[name]);
    if (parsed.success) values[name] = parsed.data;
    else lines.push(...parsed.error.issues.map((issue) => `${name} ${issue.message}.`));
  }
  const v = values as Values;
  if (v.REDIS_URL && !v.DATABASE_URL) {
    lines.push('REDIS_URL is for several nodes, which need DATABASE_URL too.');
  }
  if (v.DATABASE_URL && !v.JWT_SECRET) {
    lines.push('JWT_SECRET must be set with DATABASE_URL: every node needs the same one.');
  }
  if (lines.length > 0) throw new ConfigError(lines);
  const loopback = isLoopback(v.HOST);
  if (v.RATE_LIMITS === 'off' && !loopback) {
    throw new ConfigError([
      `RATE_LIMITS can only be off on a loopback HOST, and HOST is ${v.HOST}.`,
    ]);
  }
  const reachable = isReachable(v, loopback);
  const oidc = oidcOf(v, loopback);
  return {
    port: v.PORT,
    host: v.HOST,
    frontendOrigins: v.FRONTEND_URL,
    dataDir: v.DATA_DIR,
    authMode: v.AUTH_MODE ?? (reachable ? 'token' : 'open'),
    databaseUrl: v.DATABASE_URL,
    databaseConnections: v.DATABASE_CONNECTIONS,
    redisUrl: v.REDIS_URL,
    jwtSecret: v.JWT_SECRET,
    previousJwtSecrets: v.JWT_SECRET_PREVIOUS,
    visitorTokenDays: v.VISITOR_TOKEN_DAYS,
    publicUrl: v.PUBLIC_URL,
    oidc,
    retentionDays: v.RETENTION_DAYS,
    heartbeatSeconds: v.HEARTBEAT_SECONDS,
    trustedProxies: v.TRUSTED_PROXIES,
    eventsPerSecond: v.EVENTS_PER_SECOND,
    eventBurst: v.EVENT_BURST,
    connectionsPerIdentity: v.CONNECTIONS_PER_IDENTITY,
    connectionsPerAddress: v.CONNECTIONS_PER_ADDRESS,
    connectsPerMinute: v.CONNECTS_PER_MINUTE,
    chatsPerHour: v.CHATS_PER_HOUR,
    requestsPerMinute: v.REQUESTS_PER_MINUTE,
    rateLimits: v.RATE_LIMITS === 'on',
    logLevel: v.LOG_LEVEL,
    logFormat: v.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json'),
    loopback,
    reachable,
  };
}

function isReachable(v: Values, loopback: boolean): boolean {
  const origins = [...v.FRONTEND_URL, ...(v.PUBLIC_URL ? [v.PUBLIC_URL] : [])];
  const isPublic = origins.some((origin) => !isLoopback(new URL(origin).hostname));
  return !loopback || v.TRUSTED_PROXIES > 0 || isPublic;
}

/** @throws ConfigError when single sign-on is asked for and could not work. */
function oidcOf(v: Values, loopback: boolean): OidcConfig | undefined {
  if (v.OIDC_ISSUER === undefined) return undefined;
  const lines: string[] = [];
  if (v.OIDC_CLIENT_ID === undefined) lines.push('OIDC_CLIENT_ID is missing beside OIDC_ISSUER.');
  if (v.OIDC_ADMINS.length + v.OIDC_SUPERVISORS.length === 0) {
    lines.push('OIDC_ADMINS and OIDC_SUPERVISORS are empty, so that nobody could sign in.');
  }
  if (v.PUBLIC_URL === undefined && !loopback) {
    lines.push('PUBLIC_URL is missing: the provider has to send people back to it.');
  }
  const { protocol, hostname } = new URL(v.OIDC_ISSUER);
  if (protocol === 'http:' && !isLoopback(hostname)) lines.push('OIDC_ISSUER must be https.');
  if (lines.length > 0 || v.OIDC_CLIENT_ID === undefined) throw new ConfigError(lines);
  return {
    issuer: v.OIDC_ISSUER,
    clientId: v.OIDC_CLIENT_ID,
    clientSecret: v.OIDC_CLIENT_SECRET,
    idClaim: v.OIDC_ID_CLAIM,
    roleClaim: v.OIDC_ROLE_CLAIM,
    admins: v.OIDC_ADMINS,
    supervisors: v.OIDC_SUPERVISORS,
  };
}

/** Whether a host name or address means this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
