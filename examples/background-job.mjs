// Background jobs: the request puts its context into the job, and the worker goes on with it, minutes later or in
// another process. A nightly job that belongs to nobody's request starts a trace of its own, linked to what it looks at.
//
//   node examples/background-job.mjs

import { init, trace } from '@do/trace';
import { memory } from '@do/trace/exporters';
import { printSpans, told } from './spans.mjs';

// In a service this is where its exporter stands; here the traces are shown when all is done.
const recorded = memory();
init({ service: 'mailer', exporter: recorded });

/** Any queue will do: what is put in is plain JSON. */
const queue = [];

async function signUp(email) {
  await trace.span('signUp', { attributes: { 'user.domain': email.split('@').at(-1) } }, async () => {
    trace.span('enqueue', { kind: 'producer', attributes: { 'messaging.destination.name': 'mails' } }, () => {
      // Written inside the producer's span: the worker's becomes its child.
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
      // The span has the error; the worker takes the next job.
      .catch(error => console.log(`failed: ${error.message}`));
  }
}

/** Nobody's request: a new trace, and a link to each job that it reports on. */
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
printSpans(recorded.spans.map(told));
await trace.shutdown();
