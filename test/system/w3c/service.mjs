// The service that W3C's trace-context harness talks to: an application that knows nothing of tracing.
// It gets `[{ url, arguments }]` by POST, and posts each `arguments` on to its `url`.

import { createServer } from 'node:http';

/**
 * Starts the service on loopback.
 *
 * @param {number} [port] 0 for a free one
 * @returns {Promise<import('node:http').Server>} listening
 */
export function startService(port = 0) {
  const server = createServer(async (request, response) => {
    try {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      for (const { url, arguments: onward } of JSON.parse(body || '[]')) {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(onward),
        });
        await answer.text();
      }
      response.end('{}');
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  return new Promise(resolve => server.listen(port, '127.0.0.1', () => resolve(server)));
}
