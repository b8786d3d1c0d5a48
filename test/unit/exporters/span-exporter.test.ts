import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { memory } from '../../../src/exporters/index.js';
import { fromSpanExporter, isSpanExporter } from '../../../src/exporters/span-exporter.js';
import { trace } from '../../../src/index.js';
import { startExporter } from '../../support/exporter-context.js';
import { balance } from '../../support/delivery-fixture.js';
import { firstRow, isolateTracing, startTracing } from '../../support/start-tracing.js';

isolateTracing();

describe('an OpenTelemetry exporter', () => {
  it('is an object with export; one with start is an exporter of this package', () => {
    expect(isSpanExporter(new InMemorySpanExporter())).toBe(true);
    expect(isSpanExporter(memory())).toBe(false);
    expect(isSpanExporter({ export() {}, start() {} })).toBe(false);
    expect(isSpanExporter({})).toBe(false);
  });

  it('receives redacted spans, and has a row and a name', async () => {
    const exporter = new InMemorySpanExporter();
    startTracing({ exporter });
    trace.span('work', span => span.setAttribute('password', 'hunter2'));
    await trace.flush();
    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes['password']).not.toBe('hunter2');
    expect(firstRow()).toMatchObject({ exporter: 'InMemorySpanExporter', ended: 1, sent: 1, dropped: {} });
  });

  it('that fails has its spans counted as export_failed', async () => {
    const exporter = {
      export: (_: unknown, callback: (result: ExportResult) => void) =>
        callback({ code: ExportResultCode.FAILED, error: new Error('down') }),
      shutdown: async () => {},
    };
    const { lines } = startTracing({ exporter });
    for (let i = 0; i < 3; i++) trace.span('work', () => {});
    await trace.flush();
    const row = firstRow() ?? expect.unreachable();
    expect(row).toMatchObject({ exporter: 'SpanExporter', sent: 0, dropped: { export_failed: 3 } });
    expect(row.lastError).toContain('down');
    const [ended, accounted] = balance(row);
    expect(accounted).toBe(ended);
    expect(lines.filter(line => line.endsWith('[export_failed]'))).toHaveLength(1);
  });

  it('is treated in processors as in exporter', async () => {
    const exporter = new InMemorySpanExporter();
    startTracing({ exporter: [], processors: [exporter] });
    trace.span('work', () => {});
    await trace.flush();
    expect(exporter.getFinishedSpans()).toHaveLength(1);
    expect(firstRow()).toMatchObject({ exporter: 'InMemorySpanExporter', sent: 1 });
  });

  it('needs no shutdown, and no class', async () => {
    const exporter = Object.assign(Object.create(null) as object, { export() {} });
    const { started, members } = startExporter(fromSpanExporter(exporter as never));
    expect(started.stats?.().exporter).toBe('SpanExporter');
    await started.shutdown?.({ timeoutMs: 10 });
    expect(members.isIdle?.()).toBe(true);
  });

  it('whose getters throw has the default name', () => {
    const exporter = new Proxy(
      { export() {}, async shutdown() {} },
      {
        get() {
          throw new Error('no');
        },
      },
    );
    expect(fromSpanExporter(exporter).name).toBe('SpanExporter');
  });
});
