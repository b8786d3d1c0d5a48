// Spans with the features that the shop does not use: links, every type of attribute, unusual names and values, errors with a
// cause, a remote parent with a tracestate, and explicit statuses.

import { trace } from '@do/trace';
import { consumeBatch } from '@do/trace/queue';

const QUEUE = { system: 'acme', destination: 'parcels' };
const REMOTE = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03',
  tracestate: 'vendor=opaque,other=1',
};

trace.continue(REMOTE, 'remote parent', { kind: 'server' }, () => {});

const messages = trace.span('send parcels', () =>
  ['first', 'second', 'third'].map(name =>
    trace.span(name, { kind: 'producer' }, () => ({ carrier: trace.inject(), messageId: name })),
  ),
);
await consumeBatch({ ...QUEUE, messages }, () => trace.span('store', () => {}));

trace.span('every type', span => {
  span.setAttributes({
    text: 'Grüße, 世界 🌍',
    'text.empty': '',
    'text.json': '{"a":[1,"</script>"]}',
    'text.lines': 'one\ntwo\ttab "quoted" \\ \u0001',
    'text.long': 'x'.repeat(10_000),
    yes: true,
    no: false,
    zero: 0,
    negative: -42,
    'integer.largest': Number.MAX_SAFE_INTEGER,
    'integer.smallest': Number.MIN_SAFE_INTEGER,
    fraction: 0.1,
    'fraction.large': 1.5e300,
    'fraction.small': 5e-324,
    texts: ['a', '', 'ü'],
    numbers: [1, -2, 3],
    fractions: [0.5, 2.25],
    flags: [true, false],
    'list.empty': [],
  });
  span.addEvent('cache miss', { 'cache.key': 'customer:7', 'cache.tries': 3, 'cache.warm': false });
  span.addEvent('no attributes');
  span.addEvent('list', { items: ['a', 'b'] });
});

trace.span('Name with spaces, ÜMLAUT and 世界', span => span.setStatus({ code: 1 }));
trace.span('status with a message', span => span.setStatus({ code: 2, message: 'out of stock' }));

// The masked values must not reach a backend: `sendScenario` in backends/index.mjs checks this.
trace.span('secrets', span => {
  span.setAttributes({
    'url.full': 'https://user:hunter2-9f8e@shop.example/pay?api_key=hunter2-9f8e&item=lamp',
    'http.request.header.authorization': ['Bearer hunter2-9f8e'],
    password: 'hunter2-9f8e',
  });
  span.addEvent('login', { token: 'hunter2-9f8e' });
});

try {
  trace.span('outer', () =>
    trace.span('inner', () => {
      throw new TypeError('went wrong', { cause: new RangeError('because of this') });
    }),
  );
} catch {
  // The spans record the error.
}

process.send({ port: 0 });
