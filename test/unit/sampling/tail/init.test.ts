// `sample.keep` as init() puts it together: bytes that wait, numbers that add up, and an end that loses nothing.

import { SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readTraces } from '../../../../src/analysis/index.js';
import { adjustedCount } from '../../../../src/spans/ot-tracestate.js';
import { createSpanView } from '../../../../src/spans/span-view.js';
import { type Exporter, init, type InitOptions, trace } from '../../../../src/index.js';
import { memory } from '../../../../src/exporters/index.js';

const logger = { error() {}, warn() {}, info() {}, debug() {} };

/** A destination that keeps the bodies it gets, and its numbers. */
function receiving(): { exporter: Exporter; names: () => string[]; bodies: Uint8Array[] } {
  const bodies: Uint8Array[] = [];
  let delivery: ReturnType<Parameters<Exporter['processor']>[0]['deliver']> | undefined;
  const exporter: Exporter = {
    name: 'receiving',
    processor(context) {
      delivery = context.deliver({
        name: 'receiving',
        endpoint: new URL('http://collector.test/v1/traces'),
        transport: {
          async send({ body }) {
            bodies.push(body);
            return { kind: 'response', status: 200, body: new Uint8Array(0), wireBytes: body.length };
          },
          hold() {},
          close() {},
        },
      });
      return delivery.processor;
    },
    check: async () => ({ name: 'receiving', status: 'ok', message: '' }),
    stats: () => delivery?.stats() ?? expect.unreachable(),
    controls: () => delivery,
  };
  const names = (): string[] =>
    bodies.flatMap(body => readTraces(body).flatMap(({ spans }) => spans.map(({ name }) => name))).sort();
  return { exporter, names, bodies };
}

function start(options: InitOptions): void {
  init({ service: 'test', instrument: false, exitHandlers: false, logger, ...options });
}

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/^(OTEL_|TRACE_)/.test(name)) vi.stubEnv(name, undefined);
});

afterEach(async () => {
  await trace.shutdown();
  vi.unstubAllEnvs();
});

function order(name: string, fails: boolean): void {
  try {
    trace.span(name, () => {
      trace.span(`${name}.check`, () => {});
      trace.span(`${name}.pay`, () => {
        if (fails) throw new Error('declined');
      });
    });
  } catch {
    // The application's own error: it is what the test is about.
  }
}

it('a destination that writes weights down gets those of the decision', async () => {
  const plain = receiving();
  const weighing = { ...plain.exporter };
  weighing.processor = context =>
    plain.exporter.processor({
      ...context,
      deliver: destination =>
        context.deliver({
          ...destination,
          shape: span =>
            createSpanView(span, {
              attributes: { weight: adjustedCount(span.spanContext().traceState) ?? 0 },
            }),
        }),
    });
  start({ exporter: weighing, sample: { ratio: 0.5, keep: { errors: true } } });
  for (let i = 0; i < 100; i++) order(`order${i}`, i % 10 === 3);
  await trace.flush();
  const traces = plain.bodies.flatMap(body => readTraces(body));
  const weights = (kept: string | undefined): number[] => [
    ...new Set(
      traces
        .flatMap(({ spans }) => spans)
        .filter(({ attributes }) => attributes['sampling.kept_by'] === kept)
        .map(({ attributes }) => Number(attributes['weight'])),
    ),
  ];
  expect(weights(undefined)).toEqual([2]);
  // 1 where its share had kept it too, and else what an unsampled span says: nothing.
  expect(weights('error').sort()).toEqual([0, 1]);
});

describe('keep: { errors }', () => {
  it('sends failed traces whole, nothing of the others, and counts every span', async () => {
    const { exporter, names, bodies } = receiving();
    start({ exporter, sample: { ratio: 0, keep: { errors: true } } });
    for (let i = 0; i < 20; i++) order(`order${i}`, i % 10 === 3);
    expect((await trace.flush()).exporters[0]).toMatchObject({
      ended: 60,
      unsampled: 54,
      sent: 6,
      dropped: {},
    });
    expect(names()).toEqual([13, 3].flatMap(i => [`order${i}`, `order${i}.check`, `order${i}.pay`]));
    const spans = bodies.flatMap(body => readTraces(body)).flatMap(each => each.spans);
    expect(spans.map(({ attributes }) => attributes['sampling.kept_by'])).toEqual(Array(6).fill('error'));
    expect(trace.stats().tail).toMatchObject({ open: 0, bytes: 0, dropped: 18, kept: { error: 2 } });
  });

  it('shows processors and other exporters the same', async () => {
    const recorded = memory();
    start({ exporter: recorded, sample: { ratio: 0, keep: { errors: true } } });
    order('good', false);
    order('bad', true);
    expect(recorded.spans.map(({ name }) => name)).toEqual(['bad.check', 'bad.pay', 'bad']);
    const [first] = recorded.spans;
    expect(first?.spanContext().traceState?.serialize()).toBe('ot=th:0');
    expect(first?.spanContext().traceFlags).toBe(3);
    expect(trace.stats().exporters[0]).toMatchObject({ ended: 6, unsampled: 3, sent: 3 });
  });

  it('keeps what keep() is said about, from its first span on', () => {
    const recorded = memory();
    start({ exporter: recorded, sample: { ratio: 0, keep: { errors: true } } });
    trace.span('order', () => {
      trace.span('before', () => {});
      trace.keep();
    });
    trace.span('dropped', () => {
      trace.span('failed', span => span.setStatus({ code: SpanStatusCode.ERROR }));
      trace.drop();
    });
    expect(recorded.spans.map(({ name }) => name)).toEqual(['before', 'order']);
  });

  it('decides what is open at the shutdown', async () => {
    const { exporter, names } = receiving();
    start({ exporter, sample: { ratio: 0, keep: { errors: true } } });
    const root = trace.startSpan('root');
    trace.withSpan(root, () => trace.span('child', span => span.setStatus({ code: SpanStatusCode.ERROR })));
    const stats = await trace.shutdown();
    expect(names()).toEqual(['child']);
    expect(stats.exporters[0]).toMatchObject({ ended: 1, sent: 1 });
  });
});
