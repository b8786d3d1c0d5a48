// The facade and its options, as an application with every strict setting uses them. Needs no types of Node.js.

import {
  type Carrier,
  type DeliveryStats,
  init,
  type InitOptions,
  isTraceError,
  noopTrace,
  type SpanOptions,
  trace,
  type TraceApi,
  type TraceHandle,
} from '@do/trace';

declare const maybe: string | undefined;

// An option that is undefined is an option that is left out.
const options: InitOptions = {
  service: { name: 'orders', version: maybe, environment: maybe },
  exporter: ['otlp', 'console'],
  sample: { ratio: 0.1, rules: [{ name: '/health*', ratio: 0 }], keep: { errors: true } },
  enabled: undefined,
  propagate: { formats: ['w3c', 'baggage'], to: ['*.example.com'], from: 'none' },
  instrument: { http: { ignore: ['/health'] }, fetch: true, pg: undefined },
  resource: { attributes: { 'cloud.region': 'eu' } },
  delivery: { requestTimeoutMs: 1_000, flushTimeoutMs: undefined },
  onSpanEnd: span => (span.name === 'noise' ? false : undefined),
  isError: error => error instanceof Error,
  logger: { warn: message => void message },
  logLevel: 'warn',
};
export const handle: TraceHandle = init(options);
handle.update({ sample: 1 });

const double = trace.wrap('double', function (value: number) {
  return value * 2;
});
double(
  trace.bind(function (value: number) {
    return value;
  })(2),
);
const charge = trace.wrap('charge', async (card: string, amount: number) => ({ card, amount }), {
  attributes: (_card, amount) => ({ amount }),
  result: value => ({ card: value.card }),
});

export class Orders {
  @trace.traced()
  async process(id: string): Promise<number> {
    return id.length;
  }
}

export async function work(facade: TraceApi, carrier: Carrier): Promise<DeliveryStats> {
  const spanOptions: SpanOptions = {
    kind: 'client',
    attributes: { a: maybe, at: new Date(0) },
    root: 'linked',
  };
  const result: number = facade.span('work', spanOptions, span => {
    span.setAttribute('a', 1);
    return 1;
  });
  const paid: { card: string; amount: number } = await charge('4711', result);
  const span = facade.startSpan('manual');
  facade.withSpan(span, () => facade.addEvent('event', { paid: paid.amount }));
  span.end();
  facade.continue(carrier, 'continued', { links: [span, carrier] }, () => undefined);
  facade.withAttributes({ tenant: 'a' }, () => facade.withBaggage({ tenant: 'a', user: undefined }, () => 1));
  const kept: boolean = facade.keep();
  const env: Record<string, string | undefined> = facade.childEnv({ A: '1' });
  facade.inject(env);
  facade.recordError(new Error('x'), { handled: kept });
  const { traceId } = facade.ids() ?? { traceId: 'none' };
  facade.scope('library', '1.0.0').wrapAll({ find: (id: string) => id + traceId }, { prefix: 'store' });
  return facade.flush({ timeoutMs: undefined });
}

export function describe(error: unknown): string {
  return isTraceError(error) ? error.problems.map(({ code }) => code).join() : (noopTrace.url() ?? 'none');
}

// @ts-expect-error an unknown option
init({ servce: 'orders' });
// @ts-expect-error a span is no carrier
trace.extract(trace.startSpan('x'));
