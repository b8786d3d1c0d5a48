// What an instrumentation is called: the short name a user writes, and the package that answers to it.
// Convention first (`pg` -> @opentelemetry/instrumentation-pg); the tables hold the exceptions and what is suggested.

/** The instrumentations that come with this package. */
export const BUNDLED_NAMES = ['http', 'fetch'] as const;

/** A name of `BUNDLED`. */
export type BundledName = (typeof BUNDLED_NAMES)[number];

/** Other words people write for the same thing. */
const ALIASES: Readonly<Record<string, string>> = {
  https: 'http',
  undici: 'fetch',
  postgres: 'pg',
  postgresql: 'pg',
  mongo: 'mongodb',
  kafka: 'kafkajs',
  rabbitmq: 'amqplib',
  amqp: 'amqplib',
  aws: 'aws-sdk',
  cassandra: 'cassandra-driver',
  memcache: 'memcached',
  nestjs: 'nestjs-core',
  socketio: 'socket.io',
  'redis-4': 'redis',
  'grpc-js': 'grpc',
  mssql: 'tedious',
  '@fastify/otel': 'fastify',
  '@prisma/instrumentation': 'prisma',
};

/** Packages that do not follow the convention. */
const PACKAGES: Readonly<Record<string, string>> = {
  fastify: '@fastify/otel',
  prisma: '@prisma/instrumentation',
  http: '@opentelemetry/instrumentation-http',
  fetch: '@opentelemetry/instrumentation-undici',
};

/** Names that exist, for "did you mean": what the OpenTelemetry project publishes, and the tables above. */
export const KNOWN_NAMES: readonly string[] = [
  ...BUNDLED_NAMES,
  ...'amqplib aws-lambda aws-sdk bunyan cassandra-driver connect cucumber dataloader dns express fs'.split(
    ' ',
  ),
  ...'generic-pool graphql grpc hapi ioredis kafkajs knex koa lru-memoizer memcached mongodb mongoose'.split(
    ' ',
  ),
  ...'mysql mysql2 nestjs-core net openai oracledb pg pino redis restify router runtime-node'.split(' '),
  ...'socket.io tedious winston fastify prisma'.split(' '),
  ...Object.keys(ALIASES).filter(name => !name.includes('/')),
];

/** Found by `'auto'` and left out of it: each file, look-up and socket would become a span. By name they work. */
export const EXCLUDED_FROM_AUTO: ReadonlySet<string> = new Set(['fs', 'dns', 'net']);

const PREFIX = '@opentelemetry/instrumentation-';

/** The one spelling of a name: aliases resolved, `@opentelemetry/instrumentation-` taken off. */
export function normalizeName(written: string): string {
  const lower = written.trim().toLowerCase();
  const name = lower.startsWith(PREFIX) ? lower.slice(PREFIX.length) : lower;
  return ALIASES[name] ?? name;
}

/** The package behind a canonical name; a name with a scope or slash is a package already. */
export function getPackageName(name: string): string {
  return PACKAGES[name] ?? (name.includes('/') ? name : PREFIX + name);
}

/** True for a name that this package brings along. */
export function isBundledName(name: string): name is BundledName {
  return (BUNDLED_NAMES as readonly string[]).includes(name);
}
