// The application of the fault tests: ends spans until a signal or a kill, with delivery and the exit handlers. Its first
// argument is a plan. At least ten times a second it prints a line on stdout:
//
//   <spans ended so far> <milliseconds since the start> <the longest delay of the event loop>
//
// It also prints marks: `finished` at the end of its work, `flushed`, and `exit`, each with the milliseconds since the start and
// the milliseconds that its event loop was idle.

import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createDiagnostics, stderrLogger } from '../../../src/core/diagnostics.js';
import { installExitHandlers } from '../../../src/setup/exit-handlers.js';
import { createDelivery } from '../../../src/delivery/index.js';
import type { DeliveryOptions } from '../../../src/delivery/options.js';

/** The behaviour of the application. */
export interface Plan {
  readonly endpoint: string;
  /** A span name is this prefix and a number. @default 's' */
  readonly prefix?: string;
  /** The directory of a spool in mode 'always'. */
  readonly spool?: string;
  readonly delivery?: DeliveryOptions;
  readonly tls?: { readonly ca?: string };
  readonly headers?: Readonly<Record<string, string>>;
  /** `run` ends only by a signal. */
  readonly end: 'exit' | 'throw' | 'return' | 'run' | 'flush';
  /** Creates spans until SIGUSR2, and then ends at once. */
  readonly onSignal?: boolean;
  /** The number of spans at the start. @default 100 */
  readonly spans?: number;
  /** Milliseconds between rounds of twenty further spans, for plans that continue. @default 100 */
  readonly everyMs?: number;
  /** Handles SIGTERM in the application, which exits with 7 some time later: at once, or after a flush. */
  readonly ownHandler?: 'at once' | 'after a flush';
}

const plan = JSON.parse(process.argv[2] ?? '{}') as Plan;
const { prefix = 's', everyMs = 100, onSignal = false, tls, headers } = plan;
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
  flush: () => delivery.flush(plan.delivery?.flushTimeoutMs ?? 3_000),
  rescue: () => delivery.rescue(),
  isIdle: () => delivery.isIdle(),
});
process.on('exit', () => {
  mark('exit');
  process.stdout.write(`stats ${JSON.stringify(delivery.stats())}\n`);
});
const tracer = new BasicTracerProvider({ resource, spanProcessors: [delivery.processor] }).getTracer('app');
let spansEnded = 0;

function makeSpans(count: number): void {
  for (let i = 0; i < count; i++) tracer.startSpan(`${prefix}${spansEnded++}`).end();
}

function mark(what: string): void {
  process.stdout.write(`${what} ${performance.now()} ${performance.eventLoopUtilization().idle}\n`);
}

function end(): void {
  if (plan.end === 'exit') process.exit(3);
  if (plan.end === 'throw') throw new Error('uncaught');
  mark('finished');
}

if (plan.ownHandler) {
  process.on('SIGTERM', async () => {
    process.stdout.write('own handler\n');
    if (plan.ownHandler === 'after a flush') await delivery.flush(plan.delivery?.flushTimeoutMs ?? 3_000);
    // The application takes its time to end: ours must not end it before.
    setTimeout(() => process.exit(7), 300);
  });
}
makeSpans(plan.spans ?? 100);
if (plan.end === 'flush') {
  void delivery.flush(3_000).then(() => mark('flushed'));
}
if (plan.end === 'run' || onSignal) {
  let before = performance.now();
  let maxDelayMs = 0;
  const round = (): void => {
    const now = performance.now();
    maxDelayMs = Math.max(maxDelayMs, now - before - everyMs);
    before = now;
    makeSpans(20);
    process.stdout.write(`${spansEnded} ${now} ${maxDelayMs}\n`);
  };
  const rounds = setInterval(round, everyMs);
  if (onSignal) {
    process.on('SIGUSR2', () => {
      clearInterval(rounds);
      // Creates spans that are not sent yet.
      round();
      end();
    });
  }
  process.stdout.write('running\n');
} else {
  end();
}
