// The names of instrumentations: the short name in options, and its package.
// By convention `pg` is @opentelemetry/instrumentation-pg. The tables have the exceptions and the suggestions.

/** The instrumentations of this package. */
export const BUNDLED_NAMES = ['http', 'fetch'] as const;

/** The name of an instrumentation of this package. */
export type BundledName = (typeof BUNDLED_NAMES)[number];

/** Other names for the same instrumentation. */
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

/** The packages whose names do not follow the convention. */
const PACKAGES: Readonly<Record<string, string>> = {
  fastify: '@fastify/otel',
  prisma: '@prisma/instrumentation',
};

/** The existing names, for suggestions: the packages of the OpenTelemetry project, and the tables above. */
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

/** Instrumentations that `'auto'` leaves out, because each file access, DNS query and socket would become a span. */
export const EXCLUDED_FROM_AUTO: ReadonlySet<string> = new Set(['fs', 'dns', 'net']);

const PREFIX = '@opentelemetry/instrumentation-';

/** Normalizes a name: in lower case, without the prefix `@opentelemetry/instrumentation-`, aliases resolved. */
export function normalizeName(written: string): string {
  const lower = written.trim().toLowerCase();
  const name = lower.startsWith(PREFIX) ? lower.slice(PREFIX.length) : lower;
  return ALIASES[name] ?? name;
}

/** Returns the package of a normalized name. A name with a slash is a package itself. */
export function getPackageName(name: string): string {
  return PACKAGES[name] ?? (name.includes('/') ? name : PREFIX + name);
}

/** Whether an instrumentation is part of this package. */
export function isBundledName(name: string): name is BundledName {
  return (BUNDLED_NAMES as readonly string[]).includes(name);
}
