// The application of the fault tests: ends spans until it is told or killed, with delivery and its exit handlers on.
//
//   node --import tsx delivery-app.mts '{"endpoint": …, "spool": …, "end": "exit" | "throw" | "return" | "run" | "flush", "ownHandler": false}'

import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createDiagnostics, stderrLogger } from '../../src/core/diagnostics.js';
import { installExitHandlers } from '../../src/delivery/exit.js';
import { createDelivery } from '../../src/delivery/index.js';

interface Plan {
  readonly endpoint: string;
  readonly spool?: string;
  readonly end: 'exit' | 'throw' | 'return' | 'run' | 'flush';
  readonly spans: number;
  readonly ownHandler?: boolean;
}

const plan = JSON.parse(process.argv[2] ?? '{}') as Plan;
const resource = resourceFromAttributes({ 'service.name': 'app' });
const delivery = createDelivery({
  name: 'otlp',
  endpoint: new URL(plan.endpoint),
  options: plan.spool === undefined ? {} : { spool: { directory: plan.spool, mode: 'always' } },
  resource,
  diagnostics: createDiagnostics({ logger: stderrLogger }),
});
installExitHandlers({
  process,
  flush: () => delivery.flush(3_000),
  rescue: () => delivery.rescue(),
  isIdle: () => delivery.isIdle(),
});
const provider = new BasicTracerProvider({ resource, spanProcessors: [delivery.processor] });
const tracer = provider.getTracer('app');
let made = 0;

function makeSpans(count: number): void {
  for (let i = 0; i < count; i++) tracer.startSpan(`s${made++}`).end();
}

if (plan.ownHandler) {
  process.on('SIGTERM', () => {
    process.stdout.write('own handler\n');
    setTimeout(() => process.exit(7), 300);
  });
}
makeSpans(plan.spans);
if (plan.end === 'exit') process.exit(3);
if (plan.end === 'throw') throw new Error('uncaught');
if (plan.end === 'flush') {
  await delivery.flush(3_000);
  process.stdout.write(`flushed ${performance.now()}\n`);
}
if (plan.end === 'run') {
  process.stdout.write('running\n');
  // Tells how many spans have ended, ten times a second.
  setInterval(() => {
    makeSpans(20);
    process.stdout.write(`${made} ${Date.now()}\n`);
  }, 100);
}
