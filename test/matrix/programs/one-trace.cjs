// Calls a server in three ways inside one span, and checks that all spans are one trace, connected by headers.
const assert = require('node:assert/strict');

const CLIENT = 2;
const SERVER = 1;

exports.checkOneTrace = async ({ trace, recorded, http, server }) => {
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  const call = send =>
    new Promise((resolve, reject) => {
      send(url, response => response.resume().on('end', resolve))
        .on('error', reject)
        .end();
    });

  await trace.span('order', async () => {
    await (await fetch(url)).text();
    await call(http.request);
    await call(http.get);
  });
  server.close();
  server.closeAllConnections();
  await trace.flush();

  // A server span ends when its response has been sent. The client may continue earlier.
  for (let turns = 0; recorded.spans.length < 7 && turns < 6_000; turns++)
    await new Promise(r => setTimeout(r, 10));
  const spans = [...recorded.spans];
  const seen = spans.map(span => `${span.name}/${span.kind}`).join(' ');
  assert.equal(spans.length, 7, seen);
  assert.equal(new Set(spans.map(span => span.spanContext().traceId)).size, 1, seen);
  const order = spans.find(span => span.name === 'order');
  const clients = spans.filter(span => span.kind === CLIENT);
  const servers = spans.filter(span => span.kind === SERVER);
  assert.equal(clients.length, 3, seen);
  assert.equal(servers.length, 3, seen);
  for (const client of clients) assert.equal(client.parentSpanContext.spanId, order.spanContext().spanId);
  for (const client of clients) {
    const called = servers.filter(each => each.parentSpanContext.spanId === client.spanContext().spanId);
    assert.equal(called.length, 1, 'each client span has its server span');
    assert.equal(called[0].parentSpanContext.isRemote, true, 'with a parent from the headers');
  }
  console.log(`${spans.length} spans, one trace, ${servers.length} hops`);
};
