import { propagation, trace as apiTrace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { init, type InitOptions, trace } from '../../../src/index.js';
import {
  collectingLogger,
  isolateTracing,
  processorWith,
  startTracing,
} from '../../support/start-tracing.js';

isolateTracing();

describe('a foreign provider', () => {
  it('receives the spans, with one warning', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    apiTrace.setGlobalTracerProvider(provider);
    const { lines, recorded } = startTracing();
    trace.span('work', () => {});
    await trace.flush();
    expect(exporter.getFinishedSpans().map(span => span.name)).toEqual(['work']);
    expect(recorded.spans).toEqual([]);
    expect(lines.filter(line => line.endsWith('[foreign_provider]'))).toHaveLength(1);
    expect(lines.join()).toContain('BasicTracerProvider');
    const report = await trace.check();
    expect(report.checks).toContainEqual(
      expect.objectContaining({ code: 'foreign_provider', status: 'warning' }),
    );
  });

  it('gets our context manager if it has none, so that spans nest', async () => {
    const exporter = new InMemorySpanExporter();
    apiTrace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    );
    startTracing();
    await trace.span('outer', async () => {
      await Promise.resolve();
      trace.span('inner', () => expect(trace.inject()['traceparent']).toBeDefined());
    });
    const [inner, outer] = exporter.getFinishedSpans();
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  });

  it('is flushed and not shut down by shutdown()', async () => {
    let [flushed, closed] = [0, 0];
    const processor = processorWith({
      forceFlush: async () => void flushed++,
      shutdown: async () => void closed++,
    });
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
    startTracing();
    await trace.shutdown();
    expect([flushed, closed, globalState.handle]).toEqual([1, 0, undefined]);
  });

  it('makes keep() and drop() report that they have no effect', () => {
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
    const { lines } = startTracing();
    trace.span('work', () => {
      trace.keep();
      trace.drop();
    });
    expect(lines.filter(line => line.endsWith('[override_unavailable]'))).toHaveLength(1);
  });

  it('has no statistics and no URL of a trace', () => {
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
    startTracing();
    trace.span('work', () => {
      expect(trace.stats()).toEqual({ exporters: [], lateCalls: 0 });
      expect(trace.url()).toBeUndefined();
    });
  });

  it('without a class is named as such in the warning', () => {
    const provider: unknown = Object.assign(Object.create(null), {
      getTracer: () => new BasicTracerProvider().getTracer('test'),
    });
    apiTrace.setGlobalTracerProvider(provider as BasicTracerProvider);
    const { lines } = startTracing();
    expect(lines.filter(line => line.includes('another tracer provider (unnamed)'))).toHaveLength(1);
  });

  it('whose flush rejects does not fail flush()', async () => {
    const provider = Object.assign(new BasicTracerProvider(), {
      forceFlush: async () => {
        throw new Error('theirs');
      },
    });
    apiTrace.setGlobalTracerProvider(provider);
    const { lines } = startTracing();
    await expect(trace.flush()).resolves.toEqual({ exporters: [], lateCalls: 0 });
    expect(lines.filter(line => line.includes('theirs'))).toHaveLength(1);
  });
});

describe('the warning about a foreign provider', () => {
  interface OptionCase {
    /** A value that has no effect. Undefined for an option that works. */
    readonly ineffective?: unknown;
    /** Values that take effect, or that ask for nothing. */
    readonly others?: readonly unknown[];
  }

  /** Every option of init(). A new option without a case does not compile. */
  const OPTIONS: Readonly<Record<keyof InitOptions, OptionCase>> = {
    service: { ineffective: 'orders' },
    exporter: { ineffective: 'console' },
    sample: { ineffective: 0.5 },
    enabled: { ineffective: false, others: [true] },
    propagate: { others: [{ formats: 'b3', to: ['a.example'] }] },
    instrument: { ineffective: { http: true }, others: [false] },
    instrumentations: {
      ineffective: [{ instrumentationName: 'x', enable() {}, disable() {}, setTracerProvider() {} }],
      others: [[]],
    },
    resource: { ineffective: { attributes: { team: 'a' } } },
    baggageAttributes: { ineffective: ['tenant'], others: [[]] },
    redact: { ineffective: { keys: ['card'] }, others: [false] },
    limits: { ineffective: { linkCountLimit: 1 } },
    delivery: { ineffective: { intervalMs: 5 }, others: [{}, { flushTimeoutMs: 5 }] },
    onSpanEnd: { ineffective: () => undefined },
    isError: { others: [() => true] },
    processors: { ineffective: [processorWith()], others: [[]] },
    exitHandlers: { ineffective: true, others: [false] },
    logger: {},
    logLevel: { others: ['info'] },
  };

  /** The names in the warning. */
  function warn(options: object): readonly string[] {
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
    const { logger, lines } = collectingLogger();
    init({ ...options, logger } as InitOptions);
    const [line = ''] = lines.filter(each => each.endsWith('[foreign_provider]'));
    expect(line).toContain('another tracer provider (BasicTracerProvider)');
    return /have no effect: ([\w, .]+?)\. /.exec(line)?.[1]?.split(', ') ?? [];
  }

  it.each(Object.entries(OPTIONS).filter(([, { ineffective }]) => ineffective !== undefined))(
    'names %s',
    (name, { ineffective }) => {
      expect(warn({ [name]: ineffective })).toEqual([name]);
    },
  );

  it.each(
    Object.entries(OPTIONS).flatMap(([name, { others = [] }]) => others.map(value => ({ [name]: value }))),
  )('names nothing for %j', options => {
    expect(warn(options)).toEqual([]);
  });

  it('names all given options without effect, and no others', () => {
    const cases = Object.entries(OPTIONS).filter(([, { ineffective }]) => ineffective !== undefined);
    const options = Object.fromEntries(cases.map(([name, { ineffective }]) => [name, ineffective]));
    expect(warn({ ...options, isError: () => true, sample: undefined })).toEqual(
      cases.map(([name]) => name).filter(name => name !== 'sample'),
    );
  });

  it('names propagate.formats if another library has registered a propagator', () => {
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    expect(warn({ propagate: { formats: 'b3' } })).toEqual(['propagate.formats']);
    globalState.handle = undefined;
    expect(warn({ propagate: { to: ['a.example'] } })).toEqual([]);
  });
});

describe('shutdown() beside a foreign provider', () => {
  it('ends the option isError', async () => {
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
    startTracing({ isError: () => false });
    await trace.shutdown();
    expect(globalState.isError).toBeUndefined();
  });

  it('does not affect a set-up that is started meanwhile or later', async () => {
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
    const first = startTracing();
    const closing = first.handle.shutdown();
    const second = startTracing({ isError: () => false });
    expect(second.handle).not.toBe(first.handle);
    await closing;
    await first.handle.shutdown();
    expect(globalState.handle).toBe(second.handle);
    expect(globalState.isError).toBeDefined();
  });
});
