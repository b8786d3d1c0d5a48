import { context, ROOT_CONTEXT, trace as apiTrace } from '@opentelemetry/api';
import { describe, expect, it, vi } from 'vitest';
import type { Logger } from '../../../src/core/diagnostics.js';
import { globalState } from '../../../src/core/global-state.js';
import { memory } from '../../../src/exporters/index.js';
import { trace } from '../../../src/index.js';
import { isolateTracing, problemsOf, startTracing } from '../../support/start-tracing.js';

isolateTracing();

describe('the start-up line', () => {
  it('names service, exporter, sampling and version', () => {
    const { lines } = startTracing({ service: { name: 'orders', version: '1.4.2' } });
    expect(lines).toEqual(['orders 1.4.2 → memory, sampling 100 %, @do/trace 0.1.0']);
  });

  it('masks secrets', () => {
    const { lines } = startTracing({ exporter: [] });
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'https://user:hunter2@collector.example?key=hunter2');
    expect(lines).toHaveLength(1);
    return trace.shutdown().then(() => {
      const { lines: second } = startTracing({ exporter: 'otlp' });
      expect(second.join()).toContain('collector.example');
      expect(second.join()).not.toContain('hunter2');
    });
  });
});

describe('the logger', () => {
  it('that throws is reported once on standard error', () => {
    const throwing = (): void => {
      throw new Error('full disk');
    };
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const logger: Logger = { error: throwing, warn: throwing, info: throwing, debug: throwing };
    expect(() => startTracing({ logger })).not.toThrow();
    const messages = stderr.mock.calls.map(([line]) => String(line));
    stderr.mockRestore();
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain('full disk');
  });
});

describe('propagation', () => {
  it('uses the formats of the option', async () => {
    startTracing({ propagate: { formats: ['datadog'] } });
    trace.span('work', () => {
      const carrier = trace.inject();
      expect(Object.keys(carrier)).toContain('x-datadog-trace-id');
      expect(carrier['traceparent']).toBeUndefined();
    });
  });

  it('continues the trace of TRACEPARENT in the environment', () => {
    vi.stubEnv('TRACEPARENT', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    vi.stubEnv('BAGGAGE', 'tenant=acme');
    const { recorded } = startTracing();
    trace.span('job', () => expect(trace.getBaggage()).toEqual({ tenant: 'acme' }));
    context.with(ROOT_CONTEXT, () => trace.span('own', () => {}));
    trace.detached(() => trace.span('detached', () => {}));
    expect(recorded.spans.map(span => span.parentSpanContext?.spanId)).toEqual([
      'b7ad6b7169203331',
      undefined,
      undefined,
    ]);
  });
});

describe('OTEL_SDK_DISABLED', () => {
  it('creates no spans, and context propagates', () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    const { recorded } = startTracing();
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

describe('mistakes in options', () => {
  it('throw one TraceError that lists every problem', () => {
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

  it('do not include other names of instrumentations', () => {
    expect(() => startTracing({ instrument: { postgres: true } })).not.toThrow();
  });

  it('leave nothing started', () => {
    problemsOf({ sample: -1 });
    expect([globalState.handle, globalState.tracer, globalState.lifecycle]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(startTracing().lines).toHaveLength(1);
  });
});

describe('mistakes in the environment', () => {
  it('are one warning each, and tracing starts', () => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'sometimes');
    vi.stubEnv('OTEL_CONFIG_FILE', '/etc/otel.yaml');
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:4317');
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'no-equals-sign');
    const recorded = memory();
    const { lines } = startTracing({ exporter: ['otlp', recorded] });
    const messages = lines.join('\n');
    for (const part of ['OTEL_TRACES_SAMPLER', 'OTEL_CONFIG_FILE', '4317', 'OTEL_EXPORTER_OTLP_HEADERS']) {
      expect(messages).toContain(part);
    }
    trace.span('work', () => {});
    expect(recorded.spans).toHaveLength(1);
  });
});
