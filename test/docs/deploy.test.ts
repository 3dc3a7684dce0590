/** What cannot be run here is read: containers, manifests and proxies, against the settings and the code. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig, settings } from '../../src/config.js';
import { BODY_LIMIT } from '../../src/http/api.js';
import { root } from '../support/server.js';

const read = (path: string) => readFileSync(join(root, 'deploy', path), 'utf8');

/** Longest that a healthy connection may be silent, in seconds: the library's ping and its answer. */
const SILENCE = 25 + 20;
/** Longest that a stop may take, in seconds: STOP_WITHIN in src/process.ts. */
const STOP =
  Number(/STOP_WITHIN = (\d+)/.exec(readFileSync(join(root, 'src/process.ts'), 'utf8'))?.[1]) /
  1000;

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
  read_only?: boolean;
}

interface Compose {
  services: Record<string, Service>;
  volumes?: Record<string, unknown>;
}

/** As Compose fills in variables: what is required is given, the rest has its default. */
function filledIn(environment: Record<string, string>, given: Record<string, string>) {
  const fill = (value: string) =>
    value.replaceAll(
      /\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g,
      (_all, name: string, fallback?: string) => {
        const filled = given[name] ?? fallback;
        if (filled === undefined) throw new Error(`${name} has no value`);
        return filled;
      },
    );
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, fill(value)]),
  );
}

/** Settings that the image brings along. */
function imageEnvironment(): Record<string, string> {
  const [, block = ''] = /\nENV ([\s\S]*?[^\\])\n/.exec(read('Dockerfile')) ?? [];
  const pairs = block.split(/\s*\\\n\s*/).map((pair) => pair.split('=') as [string, string]);
  return Object.fromEntries(pairs);
}

const secrets = { POSTGRES_PASSWORD: 'a1b2', JWT_SECRET: 'x'.repeat(40) };

test('the image is made of what there is, and runs without rights', () => {
  const dockerfile = read('Dockerfile');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) =>
    (paths ?? '').split(' '),
  );
  expect(copied.length).toBeGreaterThan(5);
  expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const stages = dockerfile.split(/^FROM /m).slice(1);
  expect(stages).toHaveLength(2);
  const [, final = ''] = stages;
  expect(final).toMatch(/^USER node$/m);
  expect(final).toMatch(/^HEALTHCHECK [\s\S]*\/readyz/m);
  expect(final).toMatch(/^CMD \["node", "scripts\/start\.mjs"\]$/m);
  const { NODE_ENV, ...environment } = imageEnvironment();
  expect(NODE_ENV).toBe('production');
  const config = readConfig(environment);
  expect(config).toMatchObject({ host: '0.0.0.0', authMode: 'token', dataDir: '/data' });
  expect(final).toContain(`EXPOSE ${config.port}\n`);
  expect(final).toMatch(/^VOLUME \/data$/m);
});

test.each(['compose.yaml', 'compose.scale.yaml'])('%s starts what the settings allow', (file) => {
  const { services, volumes = {} }: Compose = parse(read(file));
  const { chat } = services;
  if (!chat?.build || !chat.environment) throw new Error('there is no chat to build');
  expect(existsSync(join(root, 'deploy', chat.build.context, chat.build.dockerfile))).toBe(true);
  expect(Object.keys(chat.environment).filter((name) => !(name in settings))).toEqual([]);
  const { NODE_ENV: _, ...image } = imageEnvironment();
  const config = readConfig({ ...image, ...filledIn(chat.environment, secrets) });
  const several = file === 'compose.scale.yaml';
  expect(config.authMode).toBe('token');
  expect(config.databaseUrl !== undefined).toBe(several);
  expect(config.trustedProxies).toBe(several ? 1 : 0);
  expect(Number.parseInt(chat.stop_grace_period ?? '', 10)).toBeGreaterThan(STOP);
  expect(chat.read_only).toBe(true);
  // The data of one node outlives its container; several nodes keep none.
  expect(chat.volumes ?? []).toEqual(several ? [] : ['data:/data']);
  for (const [name, service] of Object.entries(services)) {
    for (const volume of service.volumes ?? []) {
      const [from = ''] = volume.split(':');
      const known = from.startsWith('.') ? existsSync(join(root, 'deploy', from)) : from in volumes;
      expect(known, `${name}: ${volume}`).toBe(true);
    }
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const checked = other === 'chat' || services[other]?.healthcheck !== undefined;
      expect(condition === 'service_healthy' && checked, `${name} on ${other}`).toBe(true);
    }
  }
  if (!several) return;
  // The addresses name services that are there.
  for (const url of [config.databaseUrl, config.redisUrl]) {
    expect(services).toHaveProperty(new URL(url ?? '').hostname);
  }
});

interface Manifest {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  data?: Record<string, string>;
  spec: {
    selector?: { app?: string; matchLabels?: object };
    replicas?: number;
    maxUnavailable?: number;
    template?: { metadata: { labels: object }; spec: PodSpec };
    ports?: { name: string; targetPort: string }[];
    ingressClassName?: string;
    tls?: { hosts: string[]; secretName: string }[];
    rules?: {
      host: string;
      http: { paths: { backend: { service: { name: string; port: object } } }[] };
    }[];
  };
}

interface PodSpec {
  terminationGracePeriodSeconds: number;
  securityContext: { runAsNonRoot: boolean };
  containers: {
    image: string;
    imagePullPolicy: string;
    ports: { name: string; containerPort: number }[];
    envFrom: { configMapRef?: { name: string } }[];
    readinessProbe: { httpGet: { path: string; port: string } };
    livenessProbe: { httpGet: { path: string; port: string } };
    lifecycle: { preStop: { exec: { command: string[] } } };
  }[];
}

test('the manifests of Kubernetes fit together, drain, and keep a quorum of nodes', () => {
  const file = read('kubernetes/chat-server.yaml');
  const manifests = parseAllDocuments(file).map((one) => one.toJS() as Manifest);
  const of = (kind: string) => {
    const found = manifests.find((manifest) => manifest.kind === kind);
    if (!found) throw new Error(`there is no ${kind}`);
    return found;
  };
  const { template, replicas = 0, selector } = of('Deployment').spec;
  const [container] = template?.spec.containers ?? [];
  if (!template || !container) throw new Error('there is no container');
  expect(replicas).toBeGreaterThan(1);
  const labels = template.metadata.labels;
  expect(selector?.matchLabels).toEqual(labels);
  expect(of('PodDisruptionBudget').spec).toMatchObject({ maxUnavailable: 1, selector });
  expect(of('Service').spec.selector).toEqual(labels);

  const settled = of('ConfigMap').data ?? {};
  const secret = Object.fromEntries(
    [...file.matchAll(/--from-literal=(\w+)=/g)].map(([, name = '']) => [
      name,
      SECRETS[name] ?? '',
    ]),
  );
  const given = { ...settled, ...secret };
  expect(Object.keys(given).filter((name) => !(name in settings))).toEqual([]);
  const config = readConfig({ ...given, HOST: '0.0.0.0' });
  expect(config).toMatchObject({ databaseUrl: SECRETS.DATABASE_URL, authMode: 'token' });
  expect(container.ports[0]).toMatchObject({ name: 'http', containerPort: config.port });
  expect(of('Service').spec.ports).toMatchObject([{ name: 'http', targetPort: 'http' }]);
  const [rule] = of('Ingress').spec.rules ?? [];
  expect(rule?.http.paths[0]?.backend.service).toEqual({
    name: of('Service').metadata.name,
    port: { name: 'http' },
  });
  const { tls, ingressClassName } = of('Ingress').spec;
  expect(ingressClassName).toBeTruthy();
  expect(tls).toMatchObject([{ hosts: [rule?.host] }]);
  expect(config.publicUrl).toBe(`https://${rule?.host}`);
  // What the first lines build and push is what runs; a tag that moves would stay what it was.
  expect(file).toContain(`docker push ${container.image}\n`);
  expect(container.imagePullPolicy).toBe(
    /:latest$/.test(container.image) ? 'Always' : 'IfNotPresent',
  );
  const { annotations = {} } = of('Ingress').metadata;
  const timeout = annotations['nginx.ingress.kubernetes.io/proxy-read-timeout'];
  expect(Number(timeout)).toBeGreaterThan(SILENCE);

  expect(container.readinessProbe.httpGet.path).toBe('/readyz');
  expect(container.livenessProbe.httpGet.path).toBe('/healthz');
  const [, slept] = container.lifecycle.preStop.exec.command;
  const { terminationGracePeriodSeconds, securityContext } = template.spec;
  expect(terminationGracePeriodSeconds).toBeGreaterThan(Number(slept) + STOP);
  expect(securityContext.runAsNonRoot).toBe(true);
});

const SECRETS: Record<string, string> = {
  DATABASE_URL: 'postgresql://chat:secret@postgres:5432/chat',
  REDIS_URL: 'redis://redis:6379',
  JWT_SECRET: 'x'.repeat(40),
};

/** Directives of a file, by name: what follows it up to the end. */
function directives(file: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of file.split('\n')) {
    const [, name = '', value = ''] =
      /^\s*((?:timeout )?[\w-]+)\s+([^#]*?)[;{]?\s*$/.exec(line) ?? [];
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}

const proxies: [name: string, file: string, timeouts: string[]][] = [
  ['nginx', 'nginx.conf', ['proxy_read_timeout', 'proxy_send_timeout']],
  ['HAProxy', 'haproxy.cfg', ['timeout client', 'timeout server', 'timeout tunnel']],
];

test.each(proxies)('%s lets a quiet connection be', (_name, file, timeouts) => {
  const found = directives(read(`proxies/${file}`));
  for (const timeout of timeouts) {
    expect(Number.parseInt(found.get(timeout)?.[0] ?? '', 10), timeout).toBeGreaterThan(SILENCE);
  }
});

test('each proxy reaches the port, upgrades, tells the address, and brings a poll to its node', () => {
  const nginx = read('proxies/nginx.conf');
  const haproxy = read('proxies/haproxy.cfg');
  const caddy = read('proxies/Caddyfile');
  const place = `chat:${readConfig({}).port}`;
  for (const file of [nginx, haproxy, caddy]) expect(file).toContain(place);
  expect(nginx).toMatch(/proxy_set_header Upgrade \$http_upgrade;/);
  expect(nginx).toMatch(/proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;/);
  expect(nginx).toMatch(/^\s+hash \$remote_addr consistent;/m);
  const limit = Number(/client_max_body_size (\d+)k;/.exec(nginx)?.[1]) * 1024;
  expect(limit).toBeGreaterThan(BODY_LIMIT);
  expect(haproxy).toMatch(/^\s+option forwardfor$/m);
  expect(haproxy).toMatch(/^\s+cookie \w+ insert/m);
  expect(haproxy).toMatch(/^\s+option httpchk GET \/readyz$/m);
  expect(caddy).toMatch(/^\s+lb_policy cookie \w+$/m);
  expect(caddy).toMatch(/^\s+health_uri \/readyz$/m);
});
