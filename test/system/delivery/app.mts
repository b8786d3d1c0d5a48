// The application of the fault tests: ends spans until it is told or killed, with delivery and its exit handlers on.
// It is told what to do by a plan in its first argument, and tells on stdout, ten times a second or more often:
//
//   <spans made so far> <milliseconds since the start> <the longest that the event loop was late>

import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createDiagnostics, stderrLogger } from '../../../src/core/diagnostics.js';
import { installExitHandlers } from '../../../src/delivery/exit.js';
import { createDelivery } from '../../../src/delivery/index.js';
import type { DeliveryOptions } from '../../../src/delivery/options.js';

/** What the application does. */
export interface Plan {
  readonly endpoint: string;
  /** Spans are called by it and a number. @default 's' */
  readonly prefix?: string;
  /** Short for a spool in mode 'always'. */
  readonly spool?: string;
  readonly delivery?: DeliveryOptions;
  readonly tls?: { readonly ca?: string };
  readonly headers?: Readonly<Record<string, string>>;
  /** `exit` and `throw` come after `afterMs`; `run` never ends by itself. */
  readonly end: 'exit' | 'throw' | 'return' | 'run' | 'flush';
  /** Milliseconds to live before the end. @default 0 */
  readonly afterMs?: number;
  /** Spans made at once. @default 100 */
  readonly spans?: number;
  /** Milliseconds between two rounds of twenty more, for plans that live on. @default 100 */
  readonly everyMs?: number;
  readonly ownHandler?: boolean;
}

const plan = JSON.parse(process.argv[2] ?? '{}') as Plan;
const { prefix = 's', everyMs = 100, afterMs = 0, tls, headers } = plan;
const resource = resourceFromAttributes({ 'service.name': 'app' });
const spool = plan.spool === undefined ? {} : { spool: { directory: plan.spool, mode: 'always' } as const };
const delivery = createDelivery({
  name: 'otlp',
  endpoint: new URL(plan.endpoint),
  options: { ...spool, ...plan.delivery },
  resource,
  diagnostics: createDiagnostics({ logger: stderrLogger }),
  ...(tls === undefined ? {} : { tls }),
  ...(headers === undefined ? {} : { headers }),
});
installExitHandlers({
  process,
  flush: () => delivery.flush(plan.delivery?.shutdownTimeoutMs ?? 3_000),
  rescue: () => delivery.rescue(),
  isIdle: () => delivery.isIdle(),
});
process.on('exit', () => {
  process.stdout.write(`exit ${Date.now()}\nstats ${JSON.stringify(delivery.stats())}\n`);
});
const tracer = new BasicTracerProvider({ resource, spanProcessors: [delivery.processor] }).getTracer('app');
let made = 0;

function makeSpans(count: number): void {
  for (let i = 0; i < count; i++) tracer.startSpan(`${prefix}${made++}`).end();
}

function end(): void {
  if (plan.end === 'exit') process.exit(3);
  if (plan.end === 'throw') throw new Error('uncaught');
}

if (plan.ownHandler) {
  process.on('SIGTERM', () => {
    process.stdout.write('own handler\n');
    // The application takes its time to end: ours must not end it before.
    setTimeout(() => process.exit(7), 300);
  });
}
makeSpans(plan.spans ?? 100);
if (plan.end === 'flush') {
  void delivery.flush(3_000).then(() => process.stdout.write(`flushed ${Date.now()}\n`));
}
if (plan.end === 'run' || afterMs > 0) {
  process.stdout.write('running\n');
  let before = performance.now();
  let late = 0;
  const rounds = setInterval(() => {
    const now = performance.now();
    late = Math.max(late, now - before - everyMs);
    before = now;
    makeSpans(20);
    process.stdout.write(`${made} ${now} ${late}\n`);
  }, everyMs);
  if (afterMs > 0) {
    setTimeout(() => {
      clearInterval(rounds);
      end();
    }, afterMs);
  }
} else {
  end();
}
