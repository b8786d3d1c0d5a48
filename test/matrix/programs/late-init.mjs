// init() runs long after the application imported node:http by name: its names are patched all the same.
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
  // Read now, through the live bindings that the imports above are.
  http: { request, get },
});
