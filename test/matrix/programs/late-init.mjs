// init() runs after the application has imported functions of node:http by name. The imported functions are patched, too.
import { createServer, get, request } from 'node:http';
import oneTrace from './one-trace.cjs';

const server = createServer((_, response) => response.end('ok'));

const { init, trace } = await import('@do/trace');
const { memory } = await import('@do/trace/exporters');
const recorded = memory();
init({ service: 'late', exporter: recorded });

await oneTrace.checkOneTrace({
  trace,
  recorded,
  server,
  // Read at this point, because imports are live bindings.
  http: { request, get },
});
