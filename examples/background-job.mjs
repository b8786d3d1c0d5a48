// Background jobs: the request puts its context into the job, and the worker continues its trace, minutes later or in
// another process. A nightly report belongs to no request. It starts a new trace with links to the jobs that it covers.
//
//   node examples/background-job.mjs

import { init, trace } from '@do/trace';
import { memory } from '@do/trace/exporters';
import { plainSpan, printSpans } from './spans.mjs';

// A service has its exporter here. This example prints the traces at the end.
const recorded = memory();
init({ service: 'mailer', exporter: recorded });

/** Any queue works: its messages are plain JSON. */
const queue = [];

async function signUp(email) {
  await trace.span('signUp', { attributes: { 'user.domain': email.split('@').at(-1) } }, async () => {
    trace.span('enqueue', { kind: 'producer', attributes: { 'messaging.destination.name': 'mails' } }, () => {
      // Injected inside the producer span, so that the worker's span becomes its child.
      queue.push(JSON.stringify({ kind: 'welcome', email, trace: trace.inject() }));
    });
  });
}

async function work() {
  for (let text = queue.shift(); text !== undefined; text = queue.shift()) {
    const job = JSON.parse(text);
    await trace
      .continue(job.trace, `job ${job.kind}`, { kind: 'consumer' }, async () => {
        await trace.span('render', () => `Dear ${job.email}`);
        await trace.span('send', async () => {
          if (job.email.endsWith('.invalid')) throw new Error('550 no such mailbox');
        });
      })
      // The span has the error. The worker takes the next job.
      .catch(error => console.log(`failed: ${error.message}`));
  }
}

/** A new trace, with a link to each job of the report. */
function nightlyReport() {
  const jobs = recorded.spans.filter(span => span.name.startsWith('job '));
  const links = jobs.map(span => ({ context: span.spanContext() }));
  trace.span('nightlyReport', { root: true, links }, span => {
    span.setAttribute('jobs.count', jobs.length);
    console.log(`reported on ${jobs.length} jobs`);
  });
}

await signUp('ann@shop.example');
await signUp('bob@nowhere.invalid');
await work();
nightlyReport();
printSpans(recorded.spans.map(plainSpan));
await trace.shutdown();
