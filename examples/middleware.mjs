// Server middleware: `init()` traces node:http, so the span of the request exists already. Middleware adds the route and
// business attributes to it, and creates further spans only for work that takes time.
//
//   node examples/middleware.mjs

import { createServer } from 'node:http';
import { init, trace } from '@do/trace';
import { consoleTree } from '@do/trace/exporters';

init({ service: 'shop', exporter: consoleTree({ stream: process.stdout }) });

const USERS = { 'token-ann': { id: 'ann', tier: 'gold' } };
const ORDERS = { 4711: { id: '4711', total: 99.5 } };

/** Runs middleware in order. Each calls `next` or responds. */
function chain(...steps) {
  return (request, response) => {
    const run = index => steps[index]?.(request, response, () => run(index + 1));
    return Promise.resolve(run(0)).catch(error => {
      // The span of the request gets the error. The client gets the status only.
      trace.recordError(error);
      response.writeHead(500).end('internal error\n');
    });
  };
}

/** Names the span `GET /orders/:id`, so that not each order has its own span name. */
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
  // 4xx is not an error on a server span.
  if (user === undefined) return response.writeHead(401).end('unknown user\n');
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
  ['/orders/4711', 'token-unknown'],
  ['/orders/13', 'token-ann'],
]) {
  const response = await fetch(base + path, { headers: { authorization: token } });
  console.log(`${response.status} ${(await response.text()).trim()}`);
}
server.close();
await trace.shutdown();
