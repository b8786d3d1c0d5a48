// The measured service: an HTTP server with three nested business spans for each request, with one tracer.
//
//   node service.mjs '{"side":"ours","url":"http://127.0.0.1:4318","folder":"..."}'
//
// Messages of its parent: 'cpu' returns the processor time so far in microseconds, 'flush' sends the spans, 'profile' starts a
// profile, and 'profiled' returns it.

import { Session } from 'node:inspector/promises';
import { createRequire } from 'node:module';
import { SIDES } from './sides.mjs';

const options = JSON.parse(process.argv[2]);
const { span, flush } = await SIDES[options.side](options);
// Loaded with require() after the start of the tracer, because some instrumentations patch node:http only then.
const { createServer } = createRequire(import.meta.url)('node:http');

const BODY = JSON.stringify({ id: 4711, status: 'confirmed', items: [{ sku: 'A-1', count: 2 }] });

const placeOrder = () =>
  span('placeOrder', async order => {
    order.setAttribute('order.id', 4711);
    return reserve();
  });

const reserve = () =>
  span('reserve', async reservation => {
    reservation.setAttribute('warehouse', 'north');
    await charge();
    return BODY;
  });

const charge = () =>
  span('charge', async payment => {
    payment.setAttribute('payment.amount', 99.5);
    await Promise.resolve();
  });

const server = createServer(async (_request, response) => {
  const body = await placeOrder();
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  response.end(body);
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

let session;
process.on('message', async request => {
  if (request === 'flush') await flush();
  if (request === 'profile') {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
  }
  const profile = request === 'profiled' ? (await session.post('Profiler.stop')).profile : undefined;
  const { user, system } = process.cpuUsage();
  process.send({ cpuUs: user + system, profile });
});
