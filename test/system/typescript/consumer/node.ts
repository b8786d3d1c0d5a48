// Values of Node.js fit the options and functions that take them.

import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { init, trace } from '@do/trace';
import { consoleTree, otlp } from '@do/trace/exporters';

init({
  exporter: [
    consoleTree({ stream: process.stderr }),
    otlp({ tls: { ca: readFileSync('ca.pem'), cert: [readFileSync('cert.pem')][0], key: 'key' } }),
  ],
  propagate: {
    from: (headers, { remoteAddress }) => 'authorization' in headers || remoteAddress === '127.0.0.1',
  },
});

export const child = spawn('node', { env: trace.childEnv() });
export const copied = spawn('node', { env: trace.childEnv(process.env) });
export const emitter: EventEmitter = trace.bind(new EventEmitter());
export const server = createServer((request, response) => {
  response.end(trace.continue(request.headers, 'request', () => 'done'));
  trace.inject(response);
});
