// The entry for HTTP, which needs `Request` and `Response`: of the types of Node.js, or of the library `dom`.

import { traceFetch, traceHandler } from '@do/trace/http';

const api = traceFetch();

export const GET = traceHandler(
  async (request: Request): Promise<Response> => {
    const answer = await api(`https://stock.example/items?of=${request.url}`);
    return new Response(await answer.text());
  },
  { route: '/orders/:id' },
);
