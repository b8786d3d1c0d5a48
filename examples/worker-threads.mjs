// Work in worker threads: the message carries the context, and the spans of the worker join the trace of the caller. Each
// thread has its own memory, so each calls init().
//
//   node examples/worker-threads.mjs

/* oxlint-disable unicorn/require-post-message-target-origin -- this rule is for browser windows. Threads have no origin */

import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { init, trace } from '@do/trace';
import { memory } from '@do/trace/exporters';
import { plainSpan, printSpans } from './spans.mjs';

// A service has its exporter here. This example prints the spans of both threads.
const recorded = memory();

if (isMainThread) {
  init({ service: 'main', exporter: recorded });
  const worker = new Worker(fileURLToPath(import.meta.url));
  await trace.span('countPrimes', async span => {
    const parts = await Promise.all([count(worker, 2, 5_000), count(worker, 5_000, 10_000)]);
    span.setAttribute('primes', parts[0] + parts[1]);
    console.log(`${parts[0] + parts[1]} primes below 10000`);
  });
  worker.postMessage({ end: true });
  const [workerSpans] = await once(worker, 'message');
  printSpans([...recorded.spans.map(plainSpan), ...workerSpans]);
} else {
  init({ service: 'worker', exporter: recorded });
  parentPort.on('message', ({ id, from, to, carrier, end }) => {
    if (end) {
      parentPort.postMessage(recorded.spans.map(plainSpan));
      parentPort.close();
      return;
    }
    const primes = trace.continue(carrier, 'countRange', { attributes: { from, to } }, () =>
      primesIn(from, to),
    );
    parentPort.postMessage({ id, primes });
  });
}

/** Sends a request to the worker, with the context in the message. */
function count(worker, from, to) {
  return trace.span('askWorker', async () => {
    const id = `${from}-${to}`;
    worker.postMessage({ id, from, to, carrier: trace.inject() });
    for (;;) {
      const [response] = await once(worker, 'message');
      if (response.id === id) return response.primes;
    }
  });
}

function primesIn(from, to) {
  let primes = 0;
  for (let number = from; number < to; number++) {
    let divisor = 2;
    while (divisor * divisor <= number && number % divisor !== 0) divisor++;
    if (divisor * divisor > number) primes++;
  }
  return primes;
}
