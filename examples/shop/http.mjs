// Shared by the services of the shop: a JSON server, a JSON client, and the signal that a service is ready.

import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

/**
 * Serves JSON on 127.0.0.1, on the port in PORT or on a free one.
 *
 * @param {Record<string, (body: any) => any>} routes a handler for each method and path. It returns { status, body }
 */
export function serve(routes) {
  const server = createServer(async (request, response) => {
    const { status = 200, body } = await respond(routes[`${request.method} ${request.url}`], request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
  });
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => ready(server.address().port));
}

async function respond(handler, request) {
  if (handler === undefined) return { status: 404, body: { error: 'not found' } };
  try {
    return await handler(await json(request));
  } catch (error) {
    if (error instanceof SyntaxError) return { status: 400, body: { error: 'the body is not JSON' } };
    console.error(error);
    return { status: 500, body: { error: 'internal error' } };
  }
}

/** Posts JSON to another service. */
export async function post(url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { ok: response.ok, body: await response.json() };
}

/** Signals to the parent process, or else to the terminal, that this service is ready. */
export function ready(port) {
  if (process.send) process.send({ port });
  else console.log(port === undefined ? 'ready' : `http://127.0.0.1:${port}`);
}
