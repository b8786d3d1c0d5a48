// Faults of an early version of the API, as an application observes them. Two copies of the package with different state
// layouts are in test/package/state-copies.test.ts.

import { SpanStatusCode, trace as apiTrace } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { globalState } from '../../src/core/global-state.js';
import type { ReadableSpan, SpanProcessor } from '../../src/core/sdk-types.js';
import { datadog, honeycomb, memory, only, otlp } from '../../src/exporters/index.js';
import { type Exporter, init, isTraceError, trace } from '../../src/index.js';
import { balance } from '../support/delivery-fixture.js';
import {
  exporterWith,
  firstRow,
  isolateTracing,
  problemsOf,
  processorWith,
  startTracing,
} from '../support/start-tracing.js';

isolateTracing();

const namesOf = (spans: readonly ReadableSpan[]): string[] => spans.map(({ name }) => name);

function expectBalance(): void {
  const row = firstRow();
  const [ended, accounted] = row === undefined ? [-1, 0] : balance(row);
  expect(accounted).toBe(ended);
}

describe('shutdown() and init() while a span is in flight', () => {
  it('the span is exported and counted by the second set-up, and its later children have it as parent', async () => {
    startTracing();
    const root = trace.startSpan('in flight');
    await trace.shutdown();
    const { recorded } = startTracing();
    trace.withSpan(root, () => trace.span('child', () => {}));
    root.end();
    expect(namesOf(recorded.spans)).toEqual(['child', 'in flight']);
    const [child] = recorded.spans;
    expect(child?.spanContext().traceId).toBe(root.spanContext().traceId);
    expect(child?.parentSpanContext?.spanId).toBe(root.spanContext().spanId);
    expect(firstRow()).toMatchObject({ ended: 2, sent: 2 });
  });

  it('a callback in flight keeps its active span', async () => {
    startTracing();
    const { recorded } = await trace.span('in flight', async () => {
      await trace.shutdown();
      const second = startTracing();
      trace.span('child', () => {});
      return second;
    });
    const [child, root] = recorded.spans;
    expect(namesOf(recorded.spans)).toEqual(['child', 'in flight']);
    expect(child?.parentSpanContext?.spanId).toBe(root?.spanContext().spanId);
  });

  it('handle.update() changes the sampling without a shutdown', () => {
    const { recorded, handle } = startTracing({ sample: 0 });
    trace.span('before', () => {});
    handle.update({ sample: 1 });
    trace.span('after', () => {});
    expect(namesOf(recorded.spans)).toEqual(['after']);
  });
});

describe('instrument as a list of names', () => {
  it.each([{ instrument: ['pg'] }, { instrument: 'pg' }, { instrument: true }])('%j is refused', options => {
    expect(problemsOf(options)).toMatchObject([{ code: 'wrong_type', path: 'instrument' }]);
    expect(globalState.handle).toBeUndefined();
  });

  it('a record leaves the defaults on', () => {
    const { handle } = startTracing({ instrument: { 'fs-is-not-installed/x': false } });
    expect(handle.config.instrument).toEqual(['http', 'fetch']);
  });
});

describe('parents and links', () => {
  it('a span is a parent and a link', () => {
    const { recorded } = startTracing();
    const caller = trace.startSpan('caller');
    trace.span('child', { parent: caller }, () => {});
    trace.span('linked', { links: [caller] }, () => {});
    const [child, linked] = recorded.spans;
    expect(child?.parentSpanContext?.spanId).toBe(caller.spanContext().spanId);
    expect(linked?.links.map(({ context }) => context.spanId)).toEqual([caller.spanContext().spanId]);
  });

  it.each<[string, object]>([
    ['an object that is no carrier', { parent: { traceparent: 'nonsense' } }],
    ['a number', { parent: 5 }],
    ['root and parent', { root: true, parent: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` } }],
    ['a link without a context', { links: [5] }],
  ])('%s is reported', (_, options) => {
    const { lines } = startTracing({ logLevel: 'debug' });
    const before = lines.length;
    trace.span('work', options, () => {});
    expect(lines.length).toBeGreaterThan(before);
  });

  it('inject() leaves a date unchanged, and reports it', () => {
    const { lines } = startTracing();
    const date = new Date(0);
    trace.span('work', () => trace.inject(date as never));
    expect(Object.getOwnPropertyNames(date)).toEqual([]);
    expect(lines.filter(line => line.endsWith('[argument_ignored]'))).toHaveLength(1);
  });
});

describe('a processor of the application', () => {
  const PASSWORD = 'pa55word';
  const writing: SpanProcessor = processorWith({
    onEnd(span) {
      const writable = span as unknown as { name: string; attributes: Record<string, unknown> };
      writable.attributes['password'] = PASSWORD;
      writable.attributes['note'] = `token=${PASSWORD}`;
      writable.name = `work token=${PASSWORD}`;
    },
  });

  it.each([1, { ratio: 1, keep: { errors: true } }, { ratio: 0, keep: { match: [{ name: 'work*' }] } }])(
    'that writes to a span in onEnd sends no secret (sample: %j)',
    async sample => {
      const recorded = memory();
      const theirs = new InMemorySpanExporter();
      startTracing({ exporter: [recorded, theirs], processors: [writing], sample });
      trace.span('work', { attributes: { password: PASSWORD } }, () => {});
      await trace.flush();
      for (const [span, ...others] of [recorded.spans, theirs.getFinishedSpans()]) {
        expect(others).toEqual([]);
        expect(JSON.stringify([span?.name, span?.attributes])).not.toContain(PASSWORD);
        expect(span?.attributes['password']).toBe('***');
        expect(span?.name).toMatch(/^work/);
      }
    },
  );
});

describe('an exporter that filters', () => {
  it.each([1, { ratio: 1, keep: { errors: true } }, { ratio: 0, keep: { match: [{ name: 'order' }] } }])(
    'only() filters, and counts the filtered spans (sample: %j)',
    sample => {
      const recorded = memory();
      startTracing({ exporter: only(recorded, span => span.name !== 'health'), sample });
      trace.span('order', () => trace.span('health', () => {}));
      expect(namesOf(recorded.spans)).toEqual(['order']);
      expect(firstRow()).toMatchObject({ ended: 2, sent: 1, dropped: { filtered: 1 } });
      expectBalance();
    },
  );
});

describe('trace.drop() and trace.keep() without sample.keep', () => {
  it('keep() in an unsampled trace returns false, so that no part of it is exported', () => {
    const { recorded, lines } = startTracing({ sample: 0 });
    trace.span('root', () => {
      trace.span('before', () => {});
      expect(trace.keep()).toBe(false);
      trace.span('after', () => {});
    });
    expect(recorded.spans).toEqual([]);
    expect(firstRow()).toMatchObject({ ended: 0, sent: 0 });
    expect(lines.filter(line => line.endsWith('[override_too_late]'))).toHaveLength(1);
  });

  it('a health check that drops its trace after a database span exports the whole trace', () => {
    const { recorded, lines } = startTracing();
    trace.span('GET /health', () => {
      trace.span('SELECT 1', () => {});
      expect(trace.drop()).toBe(false);
    });
    expect(namesOf(recorded.spans)).toEqual(['SELECT 1', 'GET /health']);
    expect(lines.filter(line => line.endsWith('[override_too_late]'))).toHaveLength(1);
  });

  it.each<[string, () => Exporter]>([
    ['memory', () => memory()],
    ['delivery', () => otlp({ endpoint: 'http://127.0.0.1:1' })],
    ['an exporter of the application', () => exporterWith({}, { stats: () => ({ ended: 0 }) })],
    ['only()', () => only(memory(), () => true)],
  ])('the spans of a dropped trace are unsampled in the statistics of %s', (_, create) => {
    startTracing({ exporter: create() });
    trace.span('root', () => {
      expect(trace.drop()).toBe(true);
      trace.span('child', () => {});
    });
    expect(firstRow()).toMatchObject({ ended: 2, unsampled: 2, held: 0, queued: 0, dropped: {} });
    expectBalance();
  });

  it('the spans of a dropped trace count the same with a tail sampler', () => {
    startTracing({ sample: { keep: {} } });
    trace.span('root', () => {
      trace.drop();
      trace.span('child', () => {});
    });
    expect(firstRow()).toMatchObject({ ended: 2, unsampled: 2, dropped: {} });
  });
});

describe('an error that an inner span expects', () => {
  it('leaves the outer spans without a status and an event', () => {
    const { recorded } = startTracing();
    const error = new Error('not found');
    const run = (): void =>
      trace.span('outer', () =>
        trace.span('inner', { isError: () => false }, () => {
          throw error;
        }),
      );
    expect(run).toThrow(error);
    expect(recorded.spans.map(({ name, status, events }) => [name, status.code, events.length])).toEqual([
      ['inner', SpanStatusCode.UNSET, 0],
      ['outer', SpanStatusCode.UNSET, 0],
    ]);
  });

  it('the option isError of init() ends with shutdown()', async () => {
    const fail = (): never => {
      throw new Error('expected');
    };
    startTracing({ isError: () => false });
    await trace.shutdown();
    expect(globalState.isError).toBeUndefined();
    const { recorded } = startTracing();
    expect(() => trace.span('work', fail)).toThrow('expected');
    expect(recorded.spans[0]?.status.code).toBe(SpanStatusCode.ERROR);
  });

  it('the option isError of an earlier init() does not outlive its own shutdown beside a later one', async () => {
    const { handle } = startTracing();
    const closing = handle.shutdown();
    startTracing({ isError: () => false });
    await closing;
    await handle.shutdown();
    expect(globalState.isError).toBeDefined();
  });
});

describe('a second init()', () => {
  it('validates its options, and changes nothing', () => {
    const { handle } = startTracing();
    expect(problemsOf({ nonsense: 1 })).toMatchObject([{ code: 'unknown_option', path: 'nonsense' }]);
    expect(init()).toBe(handle);
  });
});

describe('handle.config', () => {
  it('shows no key of an exporter, of a header or of the environment', () => {
    const KEY = 'f00dfeedf00dfeedf00dfeedf00dfeed';
    const { handle } = startTracing({
      exporter: [
        honeycomb({ apiKey: KEY }),
        datadog({ apiKey: KEY }),
        otlp({
          endpoint: `https://user:${KEY}@otlp.example/v1/traces?key=${KEY}`,
          headers: { 'x-key': KEY },
        }),
      ],
      redact: { keys: ['x-key'] },
      delivery: { flushTimeoutMs: 1 },
    });
    expect(handle.config.exporters).toHaveLength(3);
    expect(JSON.stringify(handle.config)).not.toContain(KEY);
    expect(handle.config).not.toHaveProperty('logger');
  });
});

describe('without init()', () => {
  it('a mistake in the options starts nothing', () => {
    let error: unknown;
    try {
      init({ sample: 7 });
    } catch (thrown) {
      error = thrown;
    }
    expect(isTraceError(error)).toBe(true);
    expect(apiTrace.getTracerProvider().getTracer('x').startSpan('x').isRecording()).toBe(false);
  });
});
