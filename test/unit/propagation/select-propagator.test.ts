import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { createDiagnostics } from '../../../src/core/diagnostics.js';
import { CompositePropagator, type SelectPropagatorOptions, selectPropagator } from '../../../src/propagation/index.js';

const W3C = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
const DATADOG = { 'x-datadog-trace-id': '3', 'x-datadog-parent-id': '4' };
const traceIdOf = (propagator: TextMapPropagator, carrier: unknown): string | undefined =>
  trace.getSpanContext(propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter))?.traceId;

function listening(load: (name: string) => unknown): { options: SelectPropagatorOptions; warnings: string[] } {
  const warnings: string[] = [];
  const none = (): void => {};
  const logger = { error: none, info: none, debug: none, warn: (text: string) => void warnings.push(text) };
  return { options: { diagnostics: createDiagnostics({ logger }), load }, warnings };
}

const missing = (name: string): never => {
  throw new Error(`Cannot find module '${name}'`);
};

describe('selectPropagator', () => {
  it('lets the first format in the list that finds a trace decide', () => {
    const both = { ...W3C, ...DATADOG };
    expect(traceIdOf(selectPropagator(['w3c', 'datadog']), both)).toBe('1'.repeat(32));
    expect(traceIdOf(selectPropagator(['datadog', 'w3c']), both)).toBe(`${'0'.repeat(31)}3`);
    expect(traceIdOf(selectPropagator(['w3c', 'datadog']), DATADOG)).toBe(`${'0'.repeat(31)}3`);
  });

  it('lets a later format decide over the trace that was active before', () => {
    const base = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 1,
    });
    const got = selectPropagator(['w3c', 'datadog']).extract(base, DATADOG, defaultTextMapGetter);
    expect(trace.getSpanContext(got)?.traceId).toBe(`${'0'.repeat(31)}3`);
    expect(selectPropagator(['w3c', 'datadog']).extract(base, {}, defaultTextMapGetter)).toBe(base);
  });

  it('writes all formats', () => {
    const carrier: Record<string, string> = {};
    const context = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '1'.repeat(32),
      spanId: '2'.repeat(16),
      traceFlags: 1,
    });
    const propagator = selectPropagator(['w3c', 'baggage', 'datadog', 'xray']);
    propagator.inject(context, carrier, defaultTextMapSetter);
    expect(Object.keys(carrier).sort()).toEqual([
      'traceparent',
      'x-amzn-trace-id',
      'x-datadog-parent-id',
      'x-datadog-sampling-priority',
      'x-datadog-tags',
      'x-datadog-trace-id',
    ]);
    expect(propagator.fields()).toContain('baggage');
  });

  it("takes OpenTelemetry's names, and each format once", () => {
    expect(selectPropagator(['tracecontext', 'w3c', 'none']).fields()).toEqual(['traceparent', 'tracestate']);
    expect(selectPropagator(['none']).fields()).toEqual([]);
  });

  it('makes b3, b3multi and jaeger of the packages that the application has installed', () => {
    const configs: unknown[] = [];
    class Fake implements TextMapPropagator {
      constructor(config?: object) {
        configs.push(config);
      }
      inject(): void {}
      extract(context: typeof ROOT_CONTEXT): typeof ROOT_CONTEXT {
        return context;
      }
      fields(): string[] {
        return ['fake'];
      }
    }
    const asked: string[] = [];
    const { options, warnings } = listening(name => {
      asked.push(name);
      return { B3Propagator: Fake, JaegerPropagator: Fake };
    });
    expect(selectPropagator(['b3', 'b3multi', 'jaeger'], options).fields()).toEqual(['fake']);
    expect(configs).toEqual([{ injectEncoding: 0 }, { injectEncoding: 1 }, undefined]);
    expect(asked).toEqual([
      '@opentelemetry/propagator-b3',
      '@opentelemetry/propagator-b3',
      '@opentelemetry/propagator-jaeger',
    ]);
    expect(warnings).toEqual([]);
  });

  it('names the command that installs a missing package, once, and goes on with the rest', () => {
    const { options, warnings } = listening(missing);
    for (let i = 0; i < 2; i++) {
      expect(selectPropagator(['jaeger', 'w3c'], options).fields()).toEqual(['traceparent', 'tracestate']);
    }
    expect(warnings).toEqual([expect.stringContaining('npm install @opentelemetry/propagator-jaeger')]);
  });

  it('says the same of a package that does not hold what it should', () => {
    const { options, warnings } = listening(() => ({}));
    selectPropagator(['b3'], options);
    expect(warnings).toEqual([expect.stringContaining('npm install @opentelemetry/propagator-b3')]);
  });

  it('looks for packages in the application', () => {
    const { warnings, options } = listening(missing);
    const { diagnostics } = options;
    if (diagnostics === undefined) throw new Error('given above');
    selectPropagator(['jaeger'], { diagnostics });
    expect(warnings).toHaveLength(1);
  });

  it('leaves an unknown name out, with the nearest known one', () => {
    const { options, warnings } = listening(missing);
    expect(selectPropagator(['b3mutli', 'baggage'], options).fields()).toEqual(['baggage']);
    expect(warnings).toEqual([expect.stringContaining('Did you mean b3multi?')]);
  });
});

describe('CompositePropagator', () => {
  it('goes on without a propagator that throws', () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const broken = { inject: fail, extract: fail, fields: fail };
    const propagator = new CompositePropagator([broken, selectPropagator(['w3c'])]);
    const context = propagator.extract(ROOT_CONTEXT, W3C, defaultTextMapGetter);
    const carrier: Record<string, string> = {};
    propagator.inject(context, carrier, defaultTextMapSetter);
    expect(carrier).toEqual(W3C);
  });
});
