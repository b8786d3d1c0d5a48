// init() as a whole: what section 4 of the design promises, on the real parts.

import {
  context,
  createNoopMeter,
  diag,
  type Meter,
  metrics,
  propagation,
  ROOT_CONTEXT,
  trace as apiTrace,
} from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Logger } from '../../../src/core/diagnostics.js';
import { globalState } from '../../../src/core/global-state.js';
import {
  type Exporter,
  type InitOptions,
  init,
  isTraceError,
  trace,
  type TraceHandle,
} from '../../../src/index.js';
import { memory } from '../../../src/exporters/index.js';

/** What was said, as a logger collects it. */
function collecting(): Logger & { lines: string[] } {
  const lines: string[] = [];
  const say = (message: string): void => void lines.push(message);
  return { lines, error: say, warn: say, info: say, debug: say };
}

function start(options: InitOptions = {}): {
  handle: TraceHandle;
  recorded: ReturnType<typeof memory>;
  lines: string[];
} {
  const recorded = memory();
  const logger = collecting();
  const handle = init({
    service: 'test',
    exporter: recorded,
    instrument: false,
    exitHandlers: false,
    logger,
    ...options,
  });
  return { handle, recorded, lines: logger.lines };
}

/** Reads metrics when it is told to: the values of each, by name. */
class Reader extends MetricReader {
  async values(): Promise<Record<string, unknown[]>> {
    const { scopeMetrics } = (await this.collect()).resourceMetrics;
    const all = scopeMetrics.flatMap(scope => scope.metrics);
    return Object.fromEntries(
      all.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.map(({ value }) => value)]),
    );
  }
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

function problemsOf(options: unknown): { code: string; path: string; suggestion?: string }[] {
  try {
    init(options as InitOptions);
  } catch (error) {
    if (isTraceError(error)) return error.problems as never;
    throw error;
  }
  throw new Error('nothing was thrown');
}

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/^(OTEL_|TRACE_)/.test(name)) vi.stubEnv(name, undefined);
});

afterEach(async () => {
  await trace.shutdown();
  for (const api of [apiTrace, context, propagation, metrics, diag]) api.disable();
});

describe('init()', () => {
  it('prints one line: service, exporter, sampling, version', () => {
    const { lines } = start({ service: { name: 'orders', version: '1.4.2' } });
    expect(lines).toEqual(['orders 1.4.2 → memory, sampling 100 %, @do/trace 0.1.0']);
  });

  it('masks secrets in that line', () => {
    const { lines } = start({ exporter: [] });
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'https://user:hunter2@collector.example?key=hunter2');
    expect(lines).toHaveLength(1);
    return trace.shutdown().then(() => {
      const { lines: second } = start({ exporter: 'otlp' });
      expect(second.join()).toContain('collector.example');
      expect(second.join()).not.toContain('hunter2');
    });
  });

  it('service: the name and its parts become resource attributes', () => {
    const { recorded } = start({
      service: { name: 'orders', version: '2', namespace: 'shop', environment: 'staging', instanceId: 'i-1' },
      attributes: { team: 'blue' },
    });
    trace.span('work', () => {});
    expect(recorded.spans[0]?.resource.attributes).toMatchObject({
      'service.name': 'orders',
      'service.version': '2',
      'service.namespace': 'shop',
      'deployment.environment.name': 'staging',
      'service.instance.id': 'i-1',
      team: 'blue',
      'telemetry.distro.name': '@do/trace',
    });
  });

  it('options go before the environment, the environment before defaults', async () => {
    vi.stubEnv('OTEL_SERVICE_NAME', 'from-environment');
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'team=red');
    expect(start({ service: 'from-options' }).handle.config.service.name).toBe('from-options');
    await trace.shutdown();
    const recorded = memory();
    const logger = collecting();
    init({ exporter: recorded, instrument: false, exitHandlers: false, logger });
    trace.span('work', () => {});
    expect(recorded.spans[0]?.resource.attributes).toMatchObject({
      'service.name': 'from-environment',
      team: 'red',
    });
  });

  it('exporter: several at once get every span', () => {
    const [one, two] = [memory(), memory()];
    start({ exporter: [one, two] });
    trace.span('work', () => {});
    expect([one.spans.length, two.spans.length]).toEqual([1, 1]);
    expect(trace.stats().exporters.map(({ exporter, ended, sent }) => [exporter, ended, sent])).toEqual([
      ['memory', 1, 1],
      ['memory', 1, 1],
    ]);
  });

  it('sample: 0 keeps none, and what is not sampled still carries its context', () => {
    const { recorded } = start({ sample: 0 });
    trace.span('work', () => {
      expect(trace.ids()?.sampled).toBe(false);
      expect(trace.inject()['traceparent']).toMatch(/-0[02]$/);
    });
    expect(recorded.spans).toEqual([]);
  });

  it('sample: a remote decision is followed, and trustRemote: always overrides it', async () => {
    const carrier = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' };
    const followed = start().recorded;
    trace.continue(carrier, 'work', () => {});
    await trace.shutdown();
    const trusted = start({ sample: { ratio: 1, trustRemote: 'always' } }).recorded;
    trace.continue(carrier, 'work', () => {});
    expect([followed.spans.length, trusted.spans.length]).toEqual([0, 1]);
  });

  it('propagate: the header formats are those that were chosen', async () => {
    start({ propagate: ['datadog'] });
    trace.span('work', () => {
      const carrier = trace.inject();
      expect(Object.keys(carrier)).toContain('x-datadog-trace-id');
      expect(carrier['traceparent']).toBeUndefined();
    });
  });

  it('baggageAttributes: chosen entries are copied onto every span', () => {
    const { recorded } = start({ baggageAttributes: ['tenant'] });
    trace.withBaggage({ tenant: 'acme', secret: 'x' }, () => trace.span('work', () => {}));
    expect(recorded.spans[0]?.attributes).toEqual({ tenant: 'acme' });
  });

  it('limits: string values are cut at 16 KiB, or where the option says', async () => {
    const long = 'x'.repeat(20_000);
    const first = start().recorded;
    trace.span('work', { attributes: { long } }, () => {});
    await trace.shutdown();
    const second = start({ limits: { attributeValueLengthLimit: 5 } }).recorded;
    trace.span('work', { attributes: { long } }, () => {});
    expect([first, second].map(({ spans }) => String(spans[0]?.attributes['long']).length)).toEqual([
      16_384, 5,
    ]);
  });

  it('processors: span processors and exporters of OpenTelemetry are taken', async () => {
    const exporter = new InMemorySpanExporter();
    const names: string[] = [];
    const processor: SpanProcessor = {
      onStart: () => {},
      onEnd: span => void names.push(span.name),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const { handle } = start({ processors: [processor, exporter] });
    trace.span('work', () => {});
    await handle.flush();
    expect([names, exporter.getFinishedSpans().map(span => span.name)]).toEqual([['work'], ['work']]);
  });

  it('processors: one without a class is taken, too', () => {
    const names: string[] = [];
    const processor: SpanProcessor = Object.assign(Object.create(null) as object, {
      onStart: () => {},
      onEnd: (span: ReadableSpan) => void names.push(span.name),
      forceFlush: async () => {},
      shutdown: async () => {},
    });
    start({ processors: [processor] });
    trace.span('work', () => {});
    expect(names).toEqual(['work']);
  });

  it('logger: takes all that is said; one that throws is survived', () => {
    const throwing = (): void => {
      throw new Error('full disk');
    };
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const logger: Logger = { error: throwing, warn: throwing, info: throwing, debug: throwing };
    expect(() => start({ logger })).not.toThrow();
    const said = stderr.mock.calls.map(([line]) => String(line));
    stderr.mockRestore();
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('full disk');
  });

  it('a facade that was used before init() works after it', () => {
    const work = trace.wrap('work', () => 1);
    expect(work()).toBe(1);
    const { recorded } = start();
    work();
    expect(recorded.spans.map(span => span.name)).toEqual(['work']);
  });

  it('counts spans for a meter provider that is there', async () => {
    const reader = new Reader();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    start();
    trace.startSpan('open');
    trace.span('work', () => 1);
    expect(await reader.values()).toMatchObject({ 'otel.sdk.span.started': [2], 'otel.sdk.span.live': [1] });
  });

  it('leaves nothing with a meter provider after shutdown', async () => {
    const callbacks = new Set<unknown>();
    const meter: Meter = Object.assign(Object.create(createNoopMeter()) as Meter, {
      addBatchObservableCallback: (callback: unknown) => void callbacks.add(callback),
      removeBatchObservableCallback: (callback: unknown) => void callbacks.delete(callback),
    });
    metrics.setGlobalMeterProvider({ getMeter: () => meter });
    const { handle } = start();
    // That of spans, and that of delivery.
    expect(callbacks.size).toBe(2);
    await handle.shutdown();
    expect(callbacks.size).toBe(0);
  });

  it('TRACEPARENT in the environment makes a command-line job part of its story', () => {
    vi.stubEnv('TRACEPARENT', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    vi.stubEnv('BAGGAGE', 'tenant=acme');
    const { recorded } = start();
    trace.span('job', () => expect(trace.getBaggage()).toEqual({ tenant: 'acme' }));
    context.with(ROOT_CONTEXT, () => trace.span('own', () => {}));
    trace.detached(() => trace.span('detached', () => {}));
    expect(recorded.spans.map(span => span.parentSpanContext?.spanId)).toEqual([
      'b7ad6b7169203331',
      undefined,
      undefined,
    ]);
  });

  it('a second init() gets the first handle and warns', () => {
    const { handle, lines } = start();
    expect(init({ service: 'other' })).toBe(handle);
    expect(lines.at(-1)).toContain('init() was called before');
  });

  it('after shutdown() init() starts anew', async () => {
    const { handle } = start();
    await handle.shutdown();
    expect(trace.span('nothing', () => trace.ids())).toBeUndefined();
    const { recorded } = start();
    trace.span('work', () => {});
    expect(recorded.spans).toHaveLength(1);
  });

  it('init() during a shutdown starts anew, and an old handle leaves the new set-up alone', async () => {
    const first = start();
    const closing = first.handle.shutdown();
    const second = start();
    expect(second.handle).not.toBe(first.handle);
    await closing;
    await first.handle.shutdown();
    trace.span('work', () => {});
    expect(second.recorded.spans).toHaveLength(1);
  });

  it('the handle is disposed of by await using', async () => {
    const { handle, recorded } = start();
    await handle[Symbol.asyncDispose]();
    trace.span('late', () => {});
    expect(recorded.spans).toEqual([]);
  });

  it('OTEL_SDK_DISABLED: no spans, but context travels', () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    const { recorded } = start();
    trace.span('work', () => {});
    expect(recorded.spans).toEqual([]);
    const remote = trace.extract({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
    expect(apiTrace.getSpanContext(remote)?.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    const carrier = {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      baggage: 'a=b',
    };
    const passedOn = trace.continue(carrier, 'work', () => trace.inject());
    expect(passedOn).toEqual(carrier);
  });
});

describe('Mistakes', () => {
  it('in options throw one TraceError that lists every problem', () => {
    const problems = problemsOf({ servce: 'x', sample: 5, exporter: 'otpl', instrument: 7 });
    expect(problems.map(({ code, path }) => [code, path]).sort()).toEqual([
      ['out_of_range', 'sample'],
      ['unknown_exporter', 'exporter'],
      ['unknown_option', 'servce'],
      ['wrong_type', 'instrument'],
    ]);
    expect(problems.find(({ path }) => path === 'servce')?.suggestion).toBe('service');
    expect(problems.find(({ path }) => path === 'exporter')?.suggestion).toContain('otlp');
  });

  it('instrumentations are known by their other names too', () => {
    expect(() => start({ instrument: ['postgres'] })).not.toThrow();
  });

  it('in options leave nothing half started', () => {
    problemsOf({ sample: -1 });
    expect([globalState.handle, globalState.tracer, globalState.lifecycle]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(start().lines).toHaveLength(1);
  });

  it('in the environment never throw: one warning each with the fix, and the rest goes on', () => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'sometimes');
    vi.stubEnv('OTEL_CONFIG_FILE', '/etc/otel.yaml');
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:4317');
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'no-equals-sign');
    const recorded = memory();
    const { lines } = start({ exporter: ['otlp', recorded] });
    const said = lines.join('\n');
    for (const part of ['OTEL_TRACES_SAMPLER', 'OTEL_CONFIG_FILE', '4317', 'OTEL_EXPORTER_OTLP_HEADERS']) {
      expect(said).toContain(part);
    }
    trace.span('work', () => {});
    expect(recorded.spans).toHaveLength(1);
  });
});

describe('A foreign provider', () => {
  it('is used as it is, and said', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    apiTrace.setGlobalTracerProvider(provider);
    const { lines, recorded } = start();
    trace.span('work', () => {});
    await trace.flush();
    expect(exporter.getFinishedSpans().map(span => span.name)).toEqual(['work']);
    expect(recorded.spans).toEqual([]);
    expect(lines.join()).toContain('BasicTracerProvider');
    const report = await trace.check();
    expect(report.checks).toContainEqual(
      expect.objectContaining({ name: 'tracer provider', status: 'warning' }),
    );
  });

  it('without a context manager of its own gets ours, so that spans nest', async () => {
    const exporter = new InMemorySpanExporter();
    apiTrace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    );
    start();
    await trace.span('outer', async () => {
      await Promise.resolve();
      trace.span('inner', () => expect(trace.inject()['traceparent']).toBeDefined());
    });
    const [inner, outer] = exporter.getFinishedSpans();
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  });

  it('is flushed, not shut down, by shutdown()', async () => {
    let [flushed, closed] = [0, 0];
    const processor: SpanProcessor = {
      onStart() {},
      onEnd() {},
      forceFlush: async () => void flushed++,
      shutdown: async () => void closed++,
    };
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
    start();
    await trace.shutdown();
    expect([flushed, closed, globalState.handle]).toEqual([1, 0, undefined]);
  });

  it('a refused registration is said', () => {
    propagation.setGlobalPropagator({ inject() {}, extract: ctx => ctx, fields: () => [] });
    const { lines } = start();
    expect(lines.join()).toContain('propagator was refused');
  });
});

describe('exitHandlers', () => {
  const events = ['beforeExit', 'exit', 'SIGTERM', 'SIGINT', 'uncaughtExceptionMonitor'];
  const counts = (): number[] => events.map(event => process.listenerCount(event));

  it('are installed by default and taken back by shutdown', async () => {
    const before = counts();
    start({ exitHandlers: true });
    expect(counts()).toEqual(before.map(count => count + 1));
    await trace.shutdown();
    expect(counts()).toEqual(before);
  });

  it('can be left out', () => {
    const before = counts();
    start({ exitHandlers: false });
    expect(counts()).toEqual(before);
  });
});

describe('No harm', () => {
  const exporterOf = (processor: Partial<SpanProcessor>): Exporter => ({
    name: 'mine',
    processor: () => ({
      onStart() {},
      onEnd() {},
      forceFlush: async () => {},
      shutdown: async () => {},
      ...processor,
    }),
    check: async () => ({ name: 'mine', status: 'ok', message: '' }),
  });
  const fail = (): never => {
    throw new Error('theirs');
  };

  it.each(['onStart', 'onEnd', 'onEnding', 'forceFlush', 'shutdown'] as const)(
    'a processor whose %s throws is survived and reported once',
    async method => {
      const { lines } = start({ exporter: exporterOf({ [method]: fail }) });
      for (let i = 0; i < 3; i++) expect(trace.span('work', () => 7)).toBe(7);
      await trace.flush();
      await trace.shutdown();
      expect(lines.filter(line => line.includes('theirs'))).toHaveLength(1);
    },
  );

  it('an exporter that cannot start costs one warning; the others go on', () => {
    const recorded = memory();
    const { lines } = start({ exporter: [{ ...exporterOf({}), processor: fail }, recorded] });
    trace.span('work', () => {});
    expect(recorded.spans).toHaveLength(1);
    expect(lines.filter(line => line.includes('theirs'))).toHaveLength(1);
  });

  it('flush and shutdown end within their limit when a processor hangs, and say what is left', async () => {
    vi.useFakeTimers();
    try {
      const hanging = exporterOf({
        forceFlush: () => new Promise(() => {}),
        shutdown: () => new Promise(() => {}),
      });
      const stats = { exporter: 'mine', ended: 2, unsampled: 0, queued: 2, spooled: 0, sent: 0, rejected: 0 };
      const { lines } = start({
        exporter: { ...hanging, stats: () => ({ ...stats, dropped: {}, retries: 0, bytes: 0 }) },
      });
      const flushed = trace.flush({ timeoutMs: 1_000 });
      await vi.advanceTimersByTimeAsync(1_100);
      await flushed;
      const closed = trace.shutdown({ timeoutMs: 1_000 });
      await vi.advanceTimersByTimeAsync(1_100);
      await closed;
      expect(globalState.handle).toBeUndefined();
      expect(lines.filter(line => line.includes('2 spans were still waiting'))).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('keep and drop act on the active trace from then on', async () => {
    const { recorded } = start({ sample: 0 });
    trace.span('root', () => {
      trace.keep();
      trace.span('kept', () => {});
    });
    expect(recorded.spans.map(span => span.name)).toEqual(['kept']);
    await trace.shutdown();
    const second = start().recorded;
    trace.span('root', () => {
      trace.span('before', () => {});
      trace.drop();
      trace.span('after', () => {});
    });
    expect(second.spans.map(span => span.name)).toEqual(['before']);
  });

  it('keep acts on a trace that the caller left out, also where everything else is sampled', () => {
    const { recorded } = start();
    const carrier = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' };
    trace.continue(carrier, 'left out', () => {
      trace.keep();
      trace.span('kept', () => {});
    });
    expect(recorded.spans.map(span => span.name)).toEqual(['kept']);
  });

  it('url passes over exporters that throw, or answer anything but a text', async () => {
    const fails = async (): Promise<never> => {
      throw new Error('too late');
    };
    const broken: Exporter = { ...exporterOf({}), url: fails as never };
    const exporter: Exporter = { ...exporterOf({}), url: () => 'https://ui.example/' };
    start({ exporter: [broken, exporter] });
    trace.span('work', () => expect(trace.url()).toBe('https://ui.example/'));
    // A rejection that nobody handles fails the run.
    await new Promise(setImmediate);
  });

  it('url asks the exporters', () => {
    const exporter: Exporter = { ...exporterOf({}), url: ({ traceId }) => `https://ui.example/${traceId}` };
    start({ exporter });
    trace.span('work', () => expect(trace.url()).toBe(`https://ui.example/${trace.ids()?.traceId}`));
  });
});

describe('Without init()', () => {
  it('every verb is a no-op that hands results through', async () => {
    expect(trace.span('work', () => 7)).toBe(7);
    const promise = Promise.resolve(1);
    expect(trace.span('work', () => promise)).toBe(promise);
    expect(trace.wrap('work', (a: number) => a)(3)).toBe(3);
    expect(trace.startSpan('work').isRecording()).toBe(false);
    trace.startSpan('work')[Symbol.dispose]();
    expect(trace.withSpan(trace.startSpan('x'), () => 2)).toBe(2);
    expect([trace.getActiveSpan(), trace.getRootSpan(), trace.ids(), trace.url()]).toEqual(
      Array(4).fill(undefined),
    );
    expect(trace.inject()).toEqual({});
    expect(trace.continue({}, 'work', () => 4)).toBe(4);
    expect(trace.withBaggage({ a: 'b' }, () => 5)).toBe(5);
    expect(trace.getBaggage()).toEqual({});
    expect(trace.childEnv({ A: 'b' })).toEqual({ A: 'b' });
    const fn = (): number => 1;
    expect(trace.bind(fn)).toBe(fn);
    expect([trace.detached(fn), trace.suppress(fn)]).toEqual([1, 1]);
    trace.keep();
    trace.drop();
    expect(await trace.flush()).toEqual({ exporters: [] });
    expect(await trace.shutdown()).toEqual({ exporters: [] });
    expect(trace.stats()).toEqual({ exporters: [] });
    expect((await trace.check()).ok).toBe(false);
    const error = new Error('mine');
    expect(() =>
      trace.span('work', () => {
        throw error;
      }),
    ).toThrow(error);
  });
});
