// Server middleware: the span of the request is there already (init() traces node:http); middleware gives it the route
// and what the business asks about later, and makes a span of its own only where time is spent.
//
//   node examples/middleware.mjs

import { createServer } from 'node:http';
import { init, trace } from '@do/trace';
import { consoleTree } from '@do/trace/exporters';

init({ service: 'shop', exporter: consoleTree({ stream: process.stdout }) });

const USERS = { 'token-ann': { id: 'ann', tier: 'gold' } };
const ORDERS = { 4711: { id: '4711', total: 99.5 } };

/** Runs middleware one after another; each calls `next` or answers. */
function chain(...steps) {
  return (request, response) => {
    const run = index => steps[index]?.(request, response, () => run(index + 1));
    return Promise.resolve(run(0)).catch(error => {
      // The error goes on the request's span; the client gets no more than the status.
      trace.recordError(error);
      response.writeHead(500).end('something went wrong\n');
    });
  };
}

/** `GET /orders/:id` instead of one span name for each order. */
function route(pattern) {
  return (request, response, next) => {
    trace.getActiveSpan()?.updateName(`${request.method} ${pattern}`);
    trace.setAttribute('http.route', pattern);
    return next();
  };
}

const findUser = trace.wrap('findUser', async token => USERS[token]);

async function authenticate(request, response, next) {
  const user = await findUser(request.headers.authorization);
  // A refusal is an answer, not a failure: 4xx is no error of a server.
  if (user === undefined) return response.writeHead(401).end('who are you?\n');
  trace.setAttributes({ 'user.id': user.id, 'customer.tier': user.tier });
  return next();
}

async function showOrder(request, response) {
  const id = request.url.split('/').at(-1);
  const order = await trace.span('findOrder', { attributes: { 'order.id': id } }, async () => {
    if (id === '13') throw new RangeError('the orders table has no page 13');
    return ORDERS[id];
  });
  response.end(`order ${order.id}: ${order.total}\n`);
}

const server = createServer(chain(route('/orders/:id'), authenticate, showOrder));
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${server.address().port}`;

for (const [path, token] of [
  ['/orders/4711', 'token-ann'],
  ['/orders/4711', 'token-of-nobody'],
  ['/orders/13', 'token-ann'],
]) {
  const response = await fetch(base + path, { headers: { authorization: token } });
  console.log(`${response.status} ${(await response.text()).trim()}`);
}
server.close();
await trace.shutdown();
