import { createNoopMeter, type Meter, metrics } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { memory } from '../../../src/exporters/index.js';
import { withInternalMembers } from '../../../src/exporters/started-exporter.js';
import { type Exporter, type InitOptions, trace } from '../../../src/index.js';
import { exporterWith, isolateTracing, processorWith, startTracing } from '../../support/start-tracing.js';

/** Collects metrics on demand: the values of each, by name. */
class OnDemandReader extends MetricReader {
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

isolateTracing();

describe('exporter', () => {
  it('sends every span to every exporter', () => {
    const [one, two] = [memory(), memory()];
    startTracing({ exporter: [one, two] });
    trace.span('work', () => {});
    expect([one.spans.length, two.spans.length]).toEqual([1, 1]);
    expect(trace.stats().exporters.map(({ exporter, ended, sent }) => [exporter, ended, sent])).toEqual([
      ['memory', 1, 1],
      ['memory', 1, 1],
    ]);
  });
});

describe('sample', () => {
  it('0 exports no span, and unsampled spans propagate their context', () => {
    const { recorded } = startTracing({ sample: 0 });
    trace.span('work', () => {
      expect(trace.ids()?.sampled).toBe(false);
      expect(trace.inject()['traceparent']).toMatch(/-0[02]$/);
    });
    expect(recorded.spans).toEqual([]);
  });

  it('follows a remote decision, unless followRemote is false', async () => {
    const carrier = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' };
    const followed = startTracing().recorded;
    trace.continue(carrier, 'work', () => {});
    await trace.shutdown();
    const trusted = startTracing({ sample: { ratio: 1, followRemote: false } }).recorded;
    trace.continue(carrier, 'work', () => {});
    expect([followed.spans.length, trusted.spans.length]).toEqual([0, 1]);
  });

  it('keep() of a trace that is not sampled has no effect, so that no part of it is exported', () => {
    const { recorded, lines } = startTracing({ sample: 0 });
    trace.span('root', () => {
      expect(trace.keep()).toBe(false);
      trace.span('child', () => {});
    });
    expect(recorded.spans).toEqual([]);
    expect(lines.filter(line => line.endsWith('[override_too_late]'))).toHaveLength(1);
  });

  it('drop() after a span has been exported has no effect, so that the whole trace is exported', () => {
    const { recorded, lines } = startTracing();
    trace.span('root', () => {
      trace.span('before', () => {});
      expect(trace.drop()).toBe(false);
      trace.span('after', () => {});
    });
    expect(recorded.spans.map(span => span.name)).toEqual(['before', 'after', 'root']);
    expect(lines.filter(line => line.endsWith('[override_too_late]'))).toHaveLength(1);
  });

  it('drop() before another span has ended drops the whole trace', () => {
    const { recorded } = startTracing();
    trace.span('root', () => {
      expect(trace.drop()).toBe(true);
      trace.span('child', () => {});
    });
    expect(recorded.spans).toEqual([]);
  });

  it('with keep: {}, keep() and drop() decide for the whole trace', () => {
    const { recorded } = startTracing({ sample: { ratio: 0, keep: {} } });
    trace.span('kept', () => {
      trace.span('before', () => {});
      expect(trace.keep()).toBe(true);
    });
    trace.span('dropped', () => {
      trace.span('child', () => {});
      expect(trace.drop()).toBe(true);
    });
    expect(recorded.spans.map(span => span.name)).toEqual(['before', 'kept']);
  });

  it('keep() applies to a trace that its caller did not sample, with keep: {}', () => {
    const { recorded } = startTracing({ sample: { ratio: 1, keep: {} } });
    const carrier = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' };
    trace.continue(carrier, 'work', () => {
      expect(trace.keep()).toBe(true);
      trace.span('child', () => {});
    });
    expect(recorded.spans.map(span => span.name)).toEqual(['child', 'work']);
  });
});

describe('baggageAttributes', () => {
  it('copies the named entries onto every span', () => {
    const { recorded } = startTracing({ baggageAttributes: ['tenant'] });
    trace.withBaggage({ tenant: 'acme', secret: 'x' }, () => trace.span('work', () => {}));
    expect(recorded.spans[0]?.attributes).toEqual({ tenant: 'acme' });
  });
});

describe('limits', () => {
  it('cut string values at 16 KiB, or at the limit of the option', async () => {
    const long = 'x'.repeat(20_000);
    const first = startTracing().recorded;
    trace.span('work', { attributes: { long } }, () => {});
    await trace.shutdown();
    const second = startTracing({ limits: { attributeValueLengthLimit: 5 } }).recorded;
    trace.span('work', { attributes: { long } }, () => {});
    expect([first, second].map(({ spans }) => String(spans[0]?.attributes['long']).length)).toEqual([
      16_384, 5,
    ]);
  });
});

describe('the meter provider', () => {
  it('counts spans', async () => {
    const reader = new OnDemandReader();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    startTracing();
    trace.startSpan('open');
    trace.span('work', () => 1);
    expect(await reader.values()).toMatchObject({ 'otel.sdk.span.started': [2], 'otel.sdk.span.live': [1] });
  });

  it('has no callback left after shutdown', async () => {
    const callbacks = new Set<unknown>();
    const meter: Meter = Object.assign(Object.create(createNoopMeter()) as Meter, {
      addBatchObservableCallback: (callback: unknown) => void callbacks.add(callback),
      removeBatchObservableCallback: (callback: unknown) => void callbacks.delete(callback),
    });
    metrics.setGlobalMeterProvider({ getMeter: () => meter });
    const { handle } = startTracing();
    // That of spans, and that of delivery.
    expect(callbacks.size).toBe(2);
    await handle.shutdown();
    expect(callbacks.size).toBe(0);
  });
});

describe('exitHandlers', () => {
  /** Starts tracing, and returns the function that runs the listeners that the start added for an event. */
  function startWithExitHandlers(options: InitOptions): (event: 'beforeExit' | 'exit') => void {
    const others = new Set<unknown>([...process.listeners('beforeExit'), ...process.listeners('exit')]);
    startTracing({ ...options, exitHandlers: true });
    return event => {
      for (const listener of process.listeners(event as 'exit')) if (!others.has(listener)) listener(0);
    };
  }

  interface QueueingOptions {
    readonly name?: string;
    readonly methods?: Partial<SpanProcessor>;
    readonly rescue?: () => void;
  }

  /** An exporter that queues spans until it is flushed. */
  function queueingExporter(
    calls: string[],
    queued: number,
    { name = 'queueing', methods = {}, rescue }: QueueingOptions = {},
  ): Exporter {
    return {
      ...exporterWith(),
      name,
      start() {
        const processor = processorWith(methods);
        return withInternalMembers(
          { processor, flush: async () => void calls.push(`flush ${name}`) },
          {
            processor,
            rescue: rescue ?? (() => void calls.push(`rescue ${name}`)),
            isIdle: () => queued === 0,
          },
        );
      },
    };
  }

  it('flush every exporter before the exit if one of them has spans left', () => {
    const calls: string[] = [];
    const emit = startWithExitHandlers({
      exporter: [queueingExporter(calls, 0, { name: 'one' }), queueingExporter(calls, 1, { name: 'two' })],
    });
    emit('beforeExit');
    expect(calls).toEqual(['flush one', 'flush two']);
  });

  it('do not flush if no exporter has spans left', () => {
    const calls: string[] = [];
    const emit = startWithExitHandlers({ exporter: queueingExporter(calls, 0) });
    emit('beforeExit');
    expect(calls).toEqual([]);
  });

  it('flush if the tail sampler buffers spans, which are decided first', async () => {
    const calls: string[] = [];
    const ended: string[] = [];
    const exporter = queueingExporter(calls, 0, {
      methods: { onEnd: ({ name }) => void ended.push(name) },
    });
    const emit = startWithExitHandlers({ exporter, sample: { ratio: 1, keep: { errors: true } } });
    const root = trace.startSpan('root');
    trace.withSpan(root, () => trace.span('child', () => {}));
    expect(ended).toEqual([]);
    emit('beforeExit');
    expect(ended).toEqual(['child']);
    expect(calls).toEqual(['flush queueing']);
  });

  it('rescue the spans of every exporter at the exit, also after the failure of one', () => {
    const calls: string[] = [];
    const failing = queueingExporter(calls, 1, {
      rescue() {
        throw new Error('no disk');
      },
    });
    const emit = startWithExitHandlers({ exporter: [failing, queueingExporter(calls, 1, { name: 'two' })] });
    expect(() => emit('exit')).not.toThrow();
    expect(calls).toEqual(['rescue two']);
  });

  it('flush an exporter without a queue unless its statistics report none', () => {
    const calls: string[] = [];
    const exporter = exporterWith({ forceFlush: async () => void calls.push('flush') });
    startWithExitHandlers({ exporter })('beforeExit');
    expect(calls).toEqual(['flush']);
  });
});
