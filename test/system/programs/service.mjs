// A service with @do/trace. It responds to GET /?next=URL with the body of that URL.

import { createServer } from 'node:http';
import { init } from '@do/trace';

const handle = init({ service: process.argv[2] });
const server = createServer(async (request, response) => {
  const next = new URL(request.url, 'http://localhost').searchParams.get('next');
  const upstream = await fetch(next);
  response.end(await upstream.text());
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.once('disconnect', async () => {
  server.closeAllConnections();
  await handle.shutdown();
  process.exit();
});
