// A client for another service: one span for the call, and one CLIENT span for each attempt. Only the last failure makes
// the call fail. `traceFetch` needs no instrumentation, so this works in every runtime with fetch.
//
//   node examples/service-client.mjs

import { init, trace } from '@do/trace';
import { consoleTree } from '@do/trace/exporters';
import { traceHandler, traceFetch } from '@do/trace/http';

init({ service: 'checkout', exporter: consoleTree({ stream: process.stdout }), instrument: false });

class PriceClient {
  #fetch;
  #base;
  #attempts;

  constructor({ base, fetch = traceFetch(), attempts = 3 }) {
    this.#base = base;
    this.#fetch = fetch;
    this.#attempts = attempts;
  }

  priceOf(item) {
    return trace.span('priceOf', { attributes: { 'item.name': item } }, async span => {
      for (let attempt = 1; ; attempt++) {
        const response = await this.#fetch(`${this.#base}/prices/${item}`, {
          signal: AbortSignal.timeout(2_000),
        });
        span.setAttribute('attempts', attempt);
        if (response.ok) return response.json();
        await response.body?.cancel();
        // A busy server is tried again. Any other status is final.
        if (response.status !== 503 || attempt === this.#attempts) {
          throw new Error(`no price for ${item}: ${response.status}`);
        }
        span.addEvent('retry', { after: response.status });
      }
    });
  }
}

// The other service, a function from Request to Response. It runs in this process to keep the example short.
let requests = 0;
const prices = traceHandler(
  async request => {
    const item = new URL(request.url).pathname.split('/').at(-1);
    if (item === 'unicorn') return new Response('no such item', { status: 404 });
    return ++requests < 3 ? new Response('busy', { status: 503 }) : Response.json({ item, price: 19.9 });
  },
  { route: '/prices/:item' },
);

const client = new PriceClient({
  base: 'http://prices.example',
  fetch: traceFetch(async (input, init) => prices(new Request(input, init))),
});

console.log(await client.priceOf('lamp'));
await client.priceOf('unicorn').catch(error => console.log(error.message));
await trace.shutdown();
