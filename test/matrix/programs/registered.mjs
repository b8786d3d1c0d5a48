// Started with `node --import @do/trace/register`, without a call of init().
import { createServer, request } from 'node:http';
import { trace } from '@do/trace';

const server = createServer((_, response) => response.end('ok'));
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
await trace.span('registered', async () => {
  await new Promise((resolve, reject) => {
    request({ port: server.address().port, path: '/hello' }, response => response.resume().on('end', resolve))
      .on('error', reject)
      .end();
  });
});
server.close();
console.log(JSON.stringify({ success: true }));
