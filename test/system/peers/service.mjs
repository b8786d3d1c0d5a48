// The peer service with another tracer: `node service.mjs dd-trace` or `elastic-apm-node`.

import { createRequire } from 'node:module';

// Both tracers patch modules loaded by `require`, so they are loaded first.
const require = createRequire(import.meta.url);

const START = {
  'dd-trace': tracer => tracer.init({ service: 'peer', startupLogs: false, flushInterval: 60_000 }),
  'elastic-apm-node': agent => agent.start({ serviceName: 'peer', disableSend: true, logLevel: 'off' }),
};
const name = process.argv[2];
START[name](require(name));

const http = require('node:http');

const server = http.createServer((request, response) => {
  const next = new URL(request.url, 'http://localhost').searchParams.get('next');
  http.get(next, upstream => upstream.pipe(response));
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.once('disconnect', () => process.exit());
