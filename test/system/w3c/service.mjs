// The service under test of W3C's trace-context harness, an application without tracing code. It receives
// `[{ url, arguments }]` by POST, and posts each `arguments` to its `url`.

import { createServer } from 'node:http';

/**
 * Starts the service on loopback.
 *
 * @param {number} [port] the port; 0 selects a free one
 * @returns {Promise<import('node:http').Server>} the listening server
 */
export function startService(port = 0) {
  const server = createServer(async (request, response) => {
    try {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      for (const { url, arguments: forwarded } of JSON.parse(body || '[]')) {
        const upstream = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(forwarded),
        });
        await upstream.text();
      }
      response.end('{}');
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  return new Promise(resolve => server.listen(port, '127.0.0.1', () => resolve(server)));
}
