// Starts brokers on loopback and free ports. Their files are in a folder that is removed at the end.

import { connect } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.mjs';
import { nodeBinary } from '../../scripts/nodes.mjs';
import { npmFolder } from './folders.mjs';
import { debian } from './install.mjs';
import { Child } from './processes.mjs';

/** The time to wait until a server listens. */
const LISTEN_MS = 120_000;

/** Each function starts a broker. Returns the environment variables for its clients and a function that ends it. */
export const BROKERS = { redis, rabbitmq, nats, mosquitto, kafka, sqs };

async function redis() {
  const program = await debian('redis-server', ['redis-server']);
  const port = await freePort();
  const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'].map(String);
  const server = new Child(program, args, { cwd: tmpdir() });
  await server.waitForOutput(/Ready to accept connections/);
  return { env: { REDIS_URL: `redis://127.0.0.1:${port}` }, stop: () => server.end() };
}

async function rabbitmq() {
  // Starts the program in /usr/lib, because Debian's wrapper in /usr/sbin changes the user and the environment.
  await debian('rabbitmq-server', ['rabbitmq-server']);
  const folder = mkdtempSync(join(tmpdir(), 'trace-rabbitmq-'));
  const [port, distributionPort, epmdPort] = [await freePort(), await freePort(), await freePort()];
  const node = `trace${port}@localhost`;
  const env = {
    HOME: folder,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(epmdPort),
    RABBITMQ_NODENAME: node,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'env'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
  mkdirSync(join(folder, 'mnesia'));
  writeFileSync(join(folder, 'plugins'), '[].');
  // Erlang uses a running epmd (the registry of its node names). Otherwise it starts one as a daemon that nothing ends.
  const epmd = new Child('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], { env });
  await waitForPort(epmdPort);
  const server = new Child('/usr/lib/rabbitmq/bin/rabbitmq-server', [], { env, cwd: folder });
  const stop = async () => {
    await server.end();
    await epmd.end();
    rmSync(folder, { recursive: true, force: true });
  };
  await server.waitForOutput(/Server startup complete/);
  return { env: { AMQP_URL: `amqp://127.0.0.1:${port}` }, stop };
}

async function nats() {
  const program = await debian('nats-server', ['nats-server']);
  const port = await freePort();
  const server = new Child(program, ['-a', '127.0.0.1', '-p', String(port)]);
  await server.waitForOutput(/Server is ready/);
  return { env: { NATS_URL: `nats://127.0.0.1:${port}` }, stop: () => server.end() };
}

async function mosquitto() {
  const program = await debian('mosquitto', ['mosquitto']);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'trace-mosquitto-'));
  const config = join(folder, 'mosquitto.conf');
  // By default Mosquitto drops messages for a slow client above 1,000.
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'max_queued_messages 0'];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const server = new Child(program, ['-v', '-c', config]);
  await server.waitForOutput(/running/);
  const stop = async () => {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  };
  return { env: { MQTT_URL: `mqtt://127.0.0.1:${port}` }, stop };
}

/** Starts librdkafka's mock cluster in a kcat process. It implements the real protocol without a Java server. */
async function kafka() {
  const program = await debian('kcat', ['kcat', 'kafkacat']);
  const args = ['-P', '-X', 'test.mock.num.brokers=1', '-b', 'x:9092', '-t', 'warm', '-d', 'mock'];
  const server = new Child(program, args, { stdin: 'pipe' });
  const [, address] = await server.waitForOutput(/bootstrap\.servers[= ]+((?:127\.0\.0\.1|localhost):\d+)/);
  return { env: { KAFKA_BROKER: address }, stop: () => server.end() };
}

/** Starts fauxqs, which implements the protocol of AWS SQS. It needs a newer Node than the package supports. */
async function sqs() {
  const { path } = await nodeBinary('22');
  const folder = await npmFolder('sqs', { fauxqs: '1.9.2' });
  const port = await freePort();
  const server = new Child(path, [join(folder, 'node_modules/fauxqs/dist/server.js')], {
    cwd: folder,
    env: { FAUXQS_PORT: String(port), FAUXQS_LOGGER: 'false' },
  });
  await waitForPort(port, server);
  const env = {
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  return { env, stop: () => server.end() };
}

/** Waits until a server listens on a port of loopback. */
export async function waitForPort(port, child) {
  const end = performance.now() + LISTEN_MS;
  while (performance.now() < end) {
    const open = await new Promise(resolve => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(100);
  }
  throw new Error(`no server listens on ${port}\n${child?.output ?? ''}`);
}
