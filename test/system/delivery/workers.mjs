// An application with a worker thread. Both call init(), and the worker continues the trace of the main thread.
//
//   [SPOOL=<directory>] node workers.mjs <how the worker ends: return, exit, throw, terminate, flush-terminate>

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { init, trace } from '@do/trace';

const end = isMainThread ? process.argv[2] : workerData.end;
init({
  service: isMainThread ? 'main' : 'worker',
  instrument: false,
  logger: { error: console.error, warn: console.error, info() {}, debug() {} },
  // The limit is one against a hang, which no busy machine comes near.
  delivery: { spool: process.env.SPOOL ?? false, flushTimeoutMs: 60_000 },
});

if (isMainThread) {
  await trace.span('order', async () => {
    const worker = new Worker(fileURLToPath(import.meta.url), {
      workerData: { end, carrier: trace.inject() },
    });
    worker.on('error', error => console.log(`worker threw ${error.message}`));
    // Not `once`, which rejects on an error. The error may arrive before the message, which uses another port.
    const exited = new Promise(resolve => worker.on('exit', resolve));
    await new Promise(resolve => worker.on('message', resolve));
    if (end.endsWith('terminate')) await worker.terminate();
    await exited;
  });
  console.log('main ends');
} else {
  trace.continue(workerData.carrier, 'ship', () => {
    for (let i = 0; i < 10; i++) trace.span(`parcel ${i}`, () => undefined);
  });
  if (end === 'flush-terminate') await trace.flush();
  parentPort.postMessage('done', []);
  if (end === 'exit') process.exit(0);
  if (end === 'throw') throw new Error('in the worker');
  // Keeps the worker running until it is terminated.
  if (end.endsWith('terminate')) setInterval(() => {}, 1_000);
}
