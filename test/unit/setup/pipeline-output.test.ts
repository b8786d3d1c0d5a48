import { InMemorySpanExporter, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import type { ExporterStats } from '../../../src/delivery/stats.js';
import type { ExporterContext } from '../../../src/exporters/exporter.js';
import { memory } from '../../../src/exporters/index.js';
import { trace } from '../../../src/index.js';
import { createExporterOutput } from '../../../src/setup/pipeline-output.js';
import { exporterWith, isolateTracing, processorWith, startTracing } from '../../support/start-tracing.js';

const fail = (): never => {
  throw new Error('theirs');
};

isolateTracing();

describe('processors', () => {
  it('and exporters of OpenTelemetry receive the spans', async () => {
    const exporter = new InMemorySpanExporter();
    const names: string[] = [];
    const processor = processorWith({ onEnd: span => void names.push(span.name) });
    const { handle } = startTracing({ processors: [processor, exporter] });
    trace.span('work', () => {});
    await handle.flush();
    expect([names, exporter.getFinishedSpans().map(span => span.name)]).toEqual([['work'], ['work']]);
  });

  it('without a class receive the spans', () => {
    const names: string[] = [];
    const processor: SpanProcessor = Object.assign(Object.create(null) as object, {
      onStart: () => {},
      onEnd: (span: ReadableSpan) => void names.push(span.name),
      forceFlush: async () => {},
      shutdown: async () => {},
    });
    startTracing({ processors: [processor] });
    trace.span('work', () => {});
    expect(names).toEqual(['work']);
  });
});

describe('a processor', () => {
  it.each(['onStart', 'onEnd', 'onEnding', 'forceFlush', 'shutdown'] as const)(
    'whose %s throws is reported once, and the application is not affected',
    async method => {
      const { lines } = startTracing({ exporter: exporterWith({ [method]: fail }) });
      for (let i = 0; i < 3; i++) expect(trace.span('work', () => 7)).toBe(7);
      await trace.flush();
      await trace.shutdown();
      expect(lines.filter(line => line.includes('theirs'))).toHaveLength(1);
    },
  );
});

describe('an exporter that throws while it starts', () => {
  it('is reported once, and the other exporters start', () => {
    const recorded = memory();
    const { lines } = startTracing({ exporter: [{ ...exporterWith({}), start: fail }, recorded] });
    trace.span('work', () => {});
    expect(recorded.spans).toHaveLength(1);
    expect(lines.filter(line => line.endsWith('[exporter_start_failed]'))).toHaveLength(1);
    expect(trace.stats().exporters[0]).toMatchObject({
      exporter: 'mine',
      ended: 1,
      dropped: { exporter_off: 1 },
      lastError: expect.stringContaining('theirs') as string,
    });
    expect(lines.join()).toContain('theirs');
  });
});

describe('an exporter without controls', () => {
  it.each([
    [0, true],
    [1, false],
  ])('whose statistics report %d queued spans: idle %s', (queued, isIdle) => {
    const stats = { queued } as ExporterStats;
    const [output] = createExporterOutput(exporterWith({}, { stats: () => stats }), {} as ExporterContext);
    expect(output?.isIdle()).toBe(isIdle);
  });

  it('loses nothing to a rescue, because its processor has no method for it', () => {
    const [output] = createExporterOutput(exporterWith(), {} as ExporterContext);
    expect(output?.rescue()).toBeUndefined();
  });
});
