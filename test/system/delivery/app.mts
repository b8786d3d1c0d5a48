// The application of the fault tests: ends spans until it is told or killed, with delivery and its exit handlers on.
// It is told what to do by a plan in its first argument, and tells on stdout, ten times a second or more often:
//
//   <spans made so far> <milliseconds since the start> <the longest that the event loop was late>
//
// and, each with milliseconds since the start and those that its event loop has waited, when its work is `finished`, when
// it is `flushed` and at its `exit`.

import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createDiagnostics, stderrLogger } from '../../../src/core/diagnostics.js';
import { installExitHandlers } from '../../../src/setup/exit-handlers.js';
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
  /** `run` never ends by itself. */
  readonly end: 'exit' | 'throw' | 'return' | 'run' | 'flush';
  /** Works until SIGUSR2 comes, and then ends in the middle of it. */
  readonly onSignal?: boolean;
  /** Spans made at once. @default 100 */
  readonly spans?: number;
  /** Milliseconds between two rounds of twenty more, for plans that live on. @default 100 */
  readonly everyMs?: number;
  /** Handles SIGTERM: takes its time and exits with 7, whatever delivery does meanwhile or when all is delivered. */
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
let made = 0;

function makeSpans(count: number): void {
  for (let i = 0; i < count; i++) tracer.startSpan(`${prefix}${made++}`).end();
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
  let late = 0;
  const round = (): void => {
    const now = performance.now();
    late = Math.max(late, now - before - everyMs);
    before = now;
    makeSpans(20);
    process.stdout.write(`${made} ${now} ${late}\n`);
  };
  const rounds = setInterval(round, everyMs);
  if (onSignal) {
    process.on('SIGUSR2', () => {
      clearInterval(rounds);
      // So that there are spans which nothing has taken to the backend yet.
      round();
      end();
    });
  }
  process.stdout.write('running\n');
} else {
  end();
}
