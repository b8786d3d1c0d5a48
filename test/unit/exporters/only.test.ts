import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { memory, only, otlp, prometheus } from '../../../src/exporters/index.js';
import { internalMembersOf } from '../../../src/exporters/started-exporter.js';
import { trace } from '../../../src/index.js';
import { createExporterContext } from '../../support/exporter-context.js';
import { balance } from '../../support/delivery-fixture.js';
import { problemCodesOf } from '../../support/problems-of.js';
import { exporterWith, firstRow, isolateTracing, startTracing } from '../../support/start-tracing.js';

isolateTracing();

const isPayment = ({ name }: { name: string }): boolean => name.startsWith('pay');

function runOrder(fails = false): void {
  try {
    trace.span('order', () => {
      trace.span('payment', () => {});
      trace.span('stock', () => {
        if (fails) throw new Error('none');
      });
    });
  } catch {
    // The error of the application: the trace has it.
  }
}

function expectBalance(): void {
  const row = firstRow() ?? expect.unreachable();
  const [ended, accounted] = balance(row);
  expect(accounted).toBe(ended);
}

describe('only()', () => {
  it('passes on the spans for which the predicate is true, and counts the others', () => {
    const recorded = memory();
    startTracing({ exporter: only(recorded, isPayment) });
    runOrder();
    expect(recorded.spans.map(({ name }) => name)).toEqual(['payment']);
    expect(firstRow()).toMatchObject({ exporter: 'memory', ended: 3, sent: 1, dropped: { filtered: 2 } });
    expectBalance();
  });

  it('counts spans of unsampled traces as unsampled', () => {
    startTracing({ exporter: only(memory(), isPayment), sample: { ratio: 0, keep: { errors: true } } });
    runOrder();
    expect(firstRow()).toMatchObject({ ended: 3, unsampled: 3, dropped: {} });
  });

  it('holds with tail sampling, at any moment', () => {
    const recorded = memory();
    const sample = { ratio: 0, keep: { errors: true } };
    startTracing({ exporter: only(recorded, isPayment), sample });
    trace.span('outer', () => {
      runOrder();
      expect(firstRow()).toMatchObject({ held: 3 });
      expectBalance();
    });
    runOrder(true);
    expect(recorded.spans.map(({ name }) => name)).toEqual(['payment']);
    expect(firstRow()).toMatchObject({ held: 0, sent: 1, dropped: { filtered: 2 } });
    expectBalance();
  });

  it.each([0, 1])('does not narrow another exporter with the same bytes: exporter %i of two', narrowed => {
    const exporter = [0, 1].map(index => {
      const each = otlp({ endpoint: 'http://127.0.0.1:9' });
      return index === narrowed ? only(each, isPayment) : each;
    });
    startTracing({ exporter });
    runOrder();
    const { exporters } = trace.stats();
    expect(exporters[narrowed]).toMatchObject({ ended: 3, queued: 1, dropped: { filtered: 2 } });
    expect(exporters[1 - narrowed]).toMatchObject({ ended: 3, queued: 3, dropped: {} });
  });

  it('composes', () => {
    const recorded = memory();
    startTracing({ exporter: only(only(recorded, isPayment), ({ kind }) => kind !== 0) });
    runOrder();
    trace.span('pay', { kind: 'client' }, () => {});
    expect(recorded.spans.map(({ name }) => name)).toEqual(['pay']);
    expect(firstRow()).toMatchObject({ ended: 4, sent: 1, dropped: { filtered: 3 } });
  });

  it('takes exporters of OpenTelemetry', async () => {
    const exporter = new InMemorySpanExporter();
    startTracing({ exporter: only(exporter, isPayment) });
    runOrder();
    await trace.flush();
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['payment']);
    expect(firstRow()).toMatchObject({
      exporter: 'InMemorySpanExporter',
      ended: 3,
      sent: 1,
      dropped: { filtered: 2 },
    });
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('theirs');
      },
    ],
    ['returns a promise', async () => false],
    ['returns a promise that rejects', () => Promise.reject(new Error('theirs'))],
  ])('keeps the span if the predicate %s, and reports it once', async (_, predicate) => {
    const recorded = memory();
    const { lines } = startTracing({ exporter: only(recorded, predicate as never) });
    for (let i = 0; i < 3; i++) expect(trace.span('work', () => 7)).toBe(7);
    // An unhandled rejection fails the run.
    await new Promise(setImmediate);
    expect(recorded.spans).toHaveLength(3);
    expect(lines.filter(line => line.includes('predicate of only() for memory'))).toHaveLength(1);
  });

  it('has the name, the endpoint, the check and the links of the exporter', async () => {
    const exporter = only(otlp({ endpoint: 'http://collector' }), () => true);
    expect(exporter).toMatchObject({ name: 'otlp', endpoint: 'http://collector/v1/traces' });
    expect(await exporter.check?.()).toMatchObject({ code: 'not_started' });
    const linked = only({ ...exporterWith(), url: () => 'https://ui.example/' }, () => true);
    expect(linked.url?.({ traceId: 'a' })).toBe('https://ui.example/');
    expect(only(new InMemorySpanExporter(), () => true)).not.toHaveProperty('check');
  });

  it('saves and counts the queue of the exporter when the process exits', () => {
    const { context } = createExporterContext({ isOffline: true });
    const inner = otlp({ endpoint: 'http://127.0.0.1:9' }).start(context);
    const narrowed = only({ name: 'otlp', start: () => inner }, () => true).start(context);
    const { rescue, isIdle, buffer } = internalMembersOf(narrowed);
    expect([typeof rescue, typeof isIdle, buffer]).toEqual(['function', 'function', undefined]);
  });

  it('narrows an exporter that receives every span', () => {
    const seen: string[] = [];
    const exporter = only(prometheus({ port: false }), ({ name }) => seen.push(name) > 0);
    startTracing({ exporter, sample: 0 });
    trace.span('work', () => {});
    expect(seen).toEqual(['work']);
  });

  it('refuses other arguments', () => {
    const call =
      (...args: unknown[]) =>
      () =>
        Reflect.apply(only, undefined, args);
    for (const exporter of ['otlp', otlp, null, {}, 42]) {
      expect(problemCodesOf(call(exporter, () => true))).toEqual(['wrong_type only.exporter']);
    }
    expect(problemCodesOf(call(memory()))).toEqual(['wrong_type only.predicate']);
    expect(problemCodesOf(call())).toEqual(['wrong_type only.exporter', 'wrong_type only.predicate']);
  });
});
