// `sample.keep` through init(): buffered bytes, statistics that add up, and a shutdown that loses nothing.

import { SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { readTraces } from '../../../../src/analysis/index.js';
import { type DestinationExtras, withExtras } from '../../../../src/exporters/exporter-context.js';
import { type Exporter, trace } from '../../../../src/index.js';
import { adjustedCount } from '../../../../src/spans/ot-tracestate.js';
import { createSpanView } from '../../../../src/spans/span-view.js';
import { isolateTracing, startTracing } from '../../../support/start-tracing.js';

/** An exporter that stores the request bodies. */
function storingExporter(shape?: DestinationExtras['shape']): {
  exporter: Exporter;
  names: () => string[];
  bodies: Uint8Array[];
} {
  const bodies: Uint8Array[] = [];
  const transport: NonNullable<DestinationExtras['transport']> = {
    async send({ body }) {
      bodies.push(body);
      return { kind: 'response', status: 200, body: new Uint8Array(0), wireBytes: body.length };
    },
    hold() {},
    close() {},
  };
  const exporter: Exporter = {
    name: 'storing',
    start: ({ deliver }) =>
      deliver(withExtras({ endpoint: 'http://collector.test/v1/traces' }, { shape, transport })),
  };
  const names = (): string[] =>
    bodies.flatMap(body => readTraces(body).flatMap(({ spans }) => spans.map(({ name }) => name))).sort();
  return { exporter, names, bodies };
}

isolateTracing();

/** Runs a trace of three spans. The application's error is caught. */
function runOrder(name: string, fails: boolean): void {
  try {
    trace.span(name, () => {
      trace.span(`${name}.check`, () => {});
      trace.span(`${name}.pay`, () => {
        if (fails) throw new Error('declined');
      });
    });
  } catch {
    // The error of the application: the trace has it.
  }
}

it('a destination that exports weights exports those of the decision', async () => {
  const storing = storingExporter(span =>
    createSpanView(span, { attributes: { weight: adjustedCount(span.spanContext().traceState) ?? 0 } }),
  );
  startTracing({ exporter: storing.exporter, sample: { ratio: 0.5, keep: { errors: true } } });
  for (let i = 0; i < 100; i++) runOrder(`order${i}`, i % 10 === 3);
  await trace.flush();
  const traces = storing.bodies.flatMap(body => readTraces(body));
  const weights = (kept: string | undefined): number[] => [
    ...new Set(
      traces
        .flatMap(({ spans }) => spans)
        .filter(({ attributes }) => attributes['do.sampling.kept_by'] === kept)
        .map(({ attributes }) => Number(attributes['weight'])),
    ),
  ];
  expect(weights(undefined)).toEqual([2]);
  // 1 if the ratio keeps the trace too, else 0: an unsampled span has no weight.
  expect(weights('error').sort()).toEqual([0, 1]);
});

describe('keep: { errors }', () => {
  it('exports failed traces whole, no span of the others, and counts every span', async () => {
    const { exporter, names, bodies } = storingExporter();
    startTracing({ exporter, sample: { ratio: 0, keep: { errors: true } } });
    for (let i = 0; i < 20; i++) runOrder(`order${i}`, i % 10 === 3);
    expect((await trace.flush()).exporters[0]).toMatchObject({
      ended: 60,
      unsampled: 54,
      sent: 6,
      dropped: {},
    });
    expect(names()).toEqual([13, 3].flatMap(i => [`order${i}`, `order${i}.check`, `order${i}.pay`]));
    const spans = bodies.flatMap(body => readTraces(body)).flatMap(each => each.spans);
    expect(spans.map(({ attributes }) => attributes['do.sampling.kept_by'])).toEqual(Array(6).fill('error'));
    expect(trace.stats().tail).toMatchObject({ open: 0, bytes: 0, dropped: 18, kept: { error: 2 } });
  });

  it('exports the same to processors and other exporters', async () => {
    const { recorded } = startTracing({ sample: { ratio: 0, keep: { errors: true } } });
    runOrder('good', false);
    runOrder('bad', true);
    expect(recorded.spans.map(({ name }) => name)).toEqual(['bad.check', 'bad.pay', 'bad']);
    const [first] = recorded.spans;
    expect(first?.spanContext().traceState?.serialize()).toBe('ot=th:0');
    expect(first?.spanContext().traceFlags).toBe(3);
    expect(trace.stats().exporters[0]).toMatchObject({ ended: 6, unsampled: 3, sent: 3 });
  });

  it('trace.keep() keeps the trace from its first span on', () => {
    const { recorded } = startTracing({ sample: { ratio: 0, keep: { errors: true } } });
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

  it('decides open traces at the shutdown', async () => {
    const { exporter, names } = storingExporter();
    startTracing({ exporter, sample: { ratio: 0, keep: { errors: true } } });
    const root = trace.startSpan('root');
    trace.withSpan(root, () => trace.span('child', span => span.setStatus({ code: SpanStatusCode.ERROR })));
    const stats = await trace.shutdown();
    expect(names()).toEqual(['child']);
    expect(stats.exporters[0]).toMatchObject({ ended: 1, sent: 1 });
  });
});

describe('diagnostics', () => {
  it('an unreachable rule is a warning with its code', () => {
    const { lines } = startTracing({ sample: { rules: [{ ratio: 1 }, { name: 'a', ratio: 0 }] } });
    expect(lines.filter(line => line.includes('[rule_never_matches]'))).toHaveLength(1);
  });

  it('the first eviction is a warning with its code', () => {
    const { lines } = startTracing({ sample: { ratio: 0, keep: { errors: true, maxTraces: 1 } } });
    const roots = [1, 2, 3].map(i => trace.startSpan(`root${i}`, { root: true }));
    for (const root of roots) root.end();
    expect(lines.filter(line => line.includes('[tail_evicted]'))).toHaveLength(1);
    expect(trace.stats().tail).toMatchObject({ evicted: { traces: 2 } });
  });
});
