// A receiver in a separate process that can be killed. It writes each span's name into a file before it responds.
//
//   node receiver.cjs <port, 0 for a free one> <file> <maximum of connections that are not accepted yet>

import { closeSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { spanNames } from '../../support/span-names.js';

const [, , port = '0', file = '', backlog = '511'] = process.argv;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const names = spanNames(gunzipSync(Buffer.concat(chunks)));
    const fd = openSync(file, 'a');
    writeSync(fd, names.map(name => `${name}\n`).join(''));
    closeSync(fd);
    response.end();
  });
});
server.listen({ port: Number(port), host: '127.0.0.1', backlog: Number(backlog) }, () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`);
});
