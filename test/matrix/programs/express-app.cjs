// Sends a request to an express application and checks the spans of the express instrumentation.
const assert = require('node:assert/strict');

exports.checkExpress = async ({ express, trace, recorded, messages }) => {
  const app = express();
  app.get('/orders/:id', (request, response) => response.json({ id: request.params.id }));
  const listener = await new Promise(resolve => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const url = `http://127.0.0.1:${listener.address().port}/orders/7`;
  await trace.span('caller', async () => {
    await (await fetch(url)).text();
  });
  listener.close();
  listener.closeAllConnections();
  for (let turns = 0; recorded.spans.length < 4 && turns < 6_000; turns++)
    await new Promise(r => setTimeout(r, 10));

  assert.deepEqual(messages, []);
  const handler = recorded.spans.find(span => span.name.startsWith('request handler'));
  assert.ok(handler, `there is no span of express: ${recorded.spans.map(span => span.name).join(', ')}`);
  assert.equal(handler.attributes['http.route'], '/orders/:id');
  const server = recorded.spans.find(span => span.kind === 1);
  assert.equal(server.name, 'GET /orders/:id');
  assert.equal(server.attributes['http.route'], '/orders/:id');
  assert.equal(new Set(recorded.spans.map(span => span.spanContext().traceId)).size, 1);
  console.log(`${recorded.spans.length} spans, one of them by express`);
};
