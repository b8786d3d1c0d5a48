// Which spans each output receives, and the bytes that several destinations share.

import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { createSpanView } from '../../../src/spans/span-view.js';
import type { DestinationOptions } from '../../../src/delivery/index.js';
import { type Exporter, init, trace } from '../../../src/index.js';
import { withExtras } from '../../../src/exporters/exporter-context.js';
import { memory } from '../../../src/exporters/index.js';
import { withInternalMembers } from '../../../src/exporters/started-exporter.js';
import { createDiagnostics } from '../../../src/core/diagnostics.js';
import { SpanPipeline } from '../../../src/setup/span-pipeline.js';
import { createProcessorOutput, type PipelineOutput } from '../../../src/setup/pipeline-output.js';
import { TraceOverrides } from '../../../src/sampling/trace-overrides.js';
import { isolateTracing, processorWith } from '../../support/start-tracing.js';
import { makeSpan } from '../../support/spans.js';

const logger = { error() {}, warn() {}, info() {}, debug() {} };
const common = { service: 'test', instrument: false, exitHandlers: false, logger } as const;

function exporterSeeing(spans: ReadableSpan[], sees: 'kept' | 'every'): Exporter {
  const processor: SpanProcessor = {
    onStart() {},
    onEnd: span => void spans.push(span),
    async forceFlush() {},
    async shutdown() {},
  };
  return {
    name: 'collecting',
    start: () => withInternalMembers({ processor }, { processor, sees }),
  };
}

/** An exporter that keeps the request bodies. */
function exporterKeeping(bodies: Uint8Array[], shape?: DestinationOptions['shape']): Exporter {
  const transport: NonNullable<DestinationOptions['transport']> = {
    async send({ body }) {
      bodies.push(body);
      return { kind: 'response', status: 200, body: new Uint8Array(0), wireBytes: body.length };
    },
    hold() {},
    close() {},
  };
  return {
    name: 'keeping-bodies',
    start: ({ deliver }) =>
      deliver(withExtras({ endpoint: 'http://collector.test/v1/traces' }, { shape, transport })),
  };
}

isolateTracing();

describe('an exporter that sees every span', () => {
  it('gets those that sampling leaves out, recorded; the others do not', () => {
    const all: ReadableSpan[] = [];
    const kept = memory();
    init({ ...common, exporter: [exporterSeeing(all, 'every'), kept], sample: 0 });
    trace.span('order', span => span.setAttribute('order.id', 7));
    expect(all.map(({ name, attributes }) => [name, attributes])).toEqual([['order', { 'order.id': 7 }]]);
    expect(all[0]?.spanContext().traceFlags).toBe(2);
    expect(kept.spans).toEqual([]);
  });

  it('gets those of dropped traces as well', () => {
    const all: ReadableSpan[] = [];
    const some: ReadableSpan[] = [];
    init({ ...common, exporter: [exporterSeeing(all, 'every'), exporterSeeing(some, 'kept')] });
    trace.span('order', () => trace.drop());
    expect([all.length, some.length]).toEqual([1, 0]);
  });
});

describe('several destinations', () => {
  it('share the very same bytes', async () => {
    const [one, two]: [Uint8Array[], Uint8Array[]] = [[], []];
    init({ ...common, exporter: [exporterKeeping(one), exporterKeeping(two)] });
    trace.span('order', () => {});
    await trace.flush();
    expect([one.length, two.length]).toEqual([1, 1]);
    expect(one[0]).toBe(two[0]);
  });

  it('get bytes of their own where one has a shape of its own', async () => {
    const [one, two]: [Uint8Array[], Uint8Array[]] = [[], []];
    init({
      ...common,
      exporter: [
        exporterKeeping(one),
        exporterKeeping(two, span => createSpanView(span, { name: 'shaped' })),
      ],
    });
    trace.span('order', () => {});
    await trace.flush();
    const text = (bodies: Uint8Array[]): string => Buffer.concat(bodies).toString('latin1');
    expect(text(one)).toContain('order');
    expect(text(two)).toContain('shaped');
    expect(text(two)).not.toContain('order');
  });
});

describe('an exporter with a processor in front of its delivery', () => {
  it('receives the spans that the processor passes on, also beside one with the same bytes and with sample.keep', async () => {
    for (const sample of [1, { keep: { errors: true } }]) {
      const [all, some]: [Uint8Array[], Uint8Array[]] = [[], []];
      const inner = exporterKeeping(some);
      const filtered: Exporter = {
        name: 'filtered',
        start(context) {
          const started = inner.start(context);
          const { processor } = started;
          const onEnd = (span: ReadableSpan): void => {
            if (span.name !== 'health') processor.onEnd(span);
          };
          const methods = { forceFlush: () => processor.forceFlush(), shutdown: () => processor.shutdown() };
          return { ...started, processor: { onStart() {}, onEnd, ...methods } };
        },
      };
      init({ ...common, sample, exporter: [filtered, exporterKeeping(all)] });
      trace.span('order', () => trace.span('health', () => {}));
      await trace.shutdown();
      const text = (bodies: Uint8Array[]): string => Buffer.concat(bodies).toString('latin1');
      expect(text(all)).toContain('health');
      expect(text(some)).toContain('order');
      expect(text(some)).not.toContain('health');
    }
  });
});

describe('a redaction that fails', () => {
  it('lets a span without content through, so that the trace stays whole and nothing can be read', () => {
    const seen: ReadableSpan[] = [];
    const processor: SpanProcessor = {
      onStart() {},
      onEnd: span => void seen.push(span),
      async forceFlush() {},
      async shutdown() {},
    };
    const pipeline = new SpanPipeline({
      outputs: createProcessorOutput(processor, () => expect.unreachable()),
      overrides: new TraceOverrides(),
      redact: () => {
        throw new Error('cannot');
      },
      diagnostics: createDiagnostics({ logger, level: 'none' }),
    });
    const span = makeSpan({
      name: 'GET /?token=abc123',
      attributes: { password: 'x1y2z3' },
      events: [{ name: 'token=abc123', time: [1, 2] }],
      links: [{ context: makeSpan().spanContext(), attributes: { secret: 'x1y2z3' } }],
      status: { code: 2, message: 'x1y2z3' },
    });
    pipeline.onEnd(span);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      name: '[redaction failed]',
      kind: span.kind,
      attributes: {},
      events: [],
      links: [],
      status: { code: 2 },
      startTime: span.startTime,
      endTime: span.endTime,
    });
    expect(seen[0]?.spanContext()).toEqual(span.spanContext());
    expect(seen[0]?.parentSpanContext).toEqual(span.parentSpanContext);
    expect(JSON.stringify(seen)).not.toMatch(/abc123|x1y2z3/);
  });
});

describe('forceFlush and shutdown of the pipeline', () => {
  it('reach the processor of every output', async () => {
    const calls: string[] = [];
    const output = (name: string): PipelineOutput[] =>
      createProcessorOutput(
        processorWith({
          forceFlush: async () => void calls.push(`flush ${name}`),
          shutdown: async () => void calls.push(`shutdown ${name}`),
        }),
        () => expect.unreachable(),
      );
    const pipeline = new SpanPipeline({
      outputs: [...output('one').map(one => ({ ...one, sees: 'every' as const })), ...output('two')],
      overrides: new TraceOverrides(),
      redact: undefined,
      diagnostics: createDiagnostics({ logger, level: 'none' }),
    });
    await pipeline.forceFlush();
    await pipeline.shutdown();
    expect(calls).toEqual(['flush one', 'flush two', 'shutdown one', 'shutdown two']);
  });
});
