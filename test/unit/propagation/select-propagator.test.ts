import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { selectPropagator } from '../../../src/propagation/select-propagator.js';
import { type CapturedDiagnostic, collectDiagnostics } from '../../support/captured-diagnostics.js';
import { fakeApp } from '../../support/fake-app.js';

const W3C = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
const DATADOG = { 'x-datadog-trace-id': '3', 'x-datadog-parent-id': '4' };
const traceIdOf = (propagator: TextMapPropagator, carrier: unknown): string | undefined =>
  trace.getSpanContext(propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter))?.traceId;

/** Propagators selected with a package loader, and the diagnostics of the selection. */
function select(
  names: readonly string[],
  load: (name: string) => unknown,
): { propagator: TextMapPropagator; captured: CapturedDiagnostic[] } {
  const { diagnostics, captured } = collectDiagnostics();
  return { propagator: selectPropagator(names, { diagnostics, load }), captured };
}

const failToLoad = (name: string): never => {
  throw new Error(`Cannot find module '${name}'`);
};

describe('selectPropagator', () => {
  it('prefers the first format of the list that finds a trace', () => {
    const both = { ...W3C, ...DATADOG };
    expect(traceIdOf(selectPropagator(['w3c', 'datadog']), both)).toBe('1'.repeat(32));
    expect(traceIdOf(selectPropagator(['datadog', 'w3c']), both)).toBe(`${'0'.repeat(31)}3`);
    expect(traceIdOf(selectPropagator(['w3c', 'datadog']), DATADOG)).toBe(`${'0'.repeat(31)}3`);
  });

  it('replaces the active trace with the trace of any format', () => {
    const base = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 1,
    });
    const extracted = selectPropagator(['w3c', 'datadog']).extract(base, DATADOG, defaultTextMapGetter);
    expect(trace.getSpanContext(extracted)?.traceId).toBe(`${'0'.repeat(31)}3`);
    expect(selectPropagator(['w3c', 'datadog']).extract(base, {}, defaultTextMapGetter)).toBe(base);
  });

  it('reads the header of Google Cloud', () => {
    const carrier = { 'x-cloud-trace-context': `${'c'.repeat(32)}/1;o=1` };
    expect(traceIdOf(selectPropagator(['w3c', 'google']), carrier)).toBe('c'.repeat(32));
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

  it("accepts OpenTelemetry's names, and uses each format once", () => {
    expect(selectPropagator(['tracecontext', 'w3c', 'none']).fields()).toEqual(['traceparent', 'tracestate']);
    const { propagator, captured } = select(['none'], failToLoad);
    expect([propagator.fields(), captured]).toEqual([[], []]);
  });

  it('creates b3, b3multi and jaeger from packages of the application', () => {
    const configs: unknown[] = [];
    class FakePropagator implements TextMapPropagator {
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
    const loaded: string[] = [];
    const { propagator, captured } = select(['b3', 'b3multi', 'jaeger'], name => {
      loaded.push(name);
      return { B3Propagator: FakePropagator, JaegerPropagator: FakePropagator };
    });
    expect(propagator.fields()).toEqual(['fake']);
    expect(configs).toEqual([{ injectEncoding: 0 }, { injectEncoding: 1 }, undefined]);
    expect(loaded).toEqual([
      '@opentelemetry/propagator-b3',
      '@opentelemetry/propagator-b3',
      '@opentelemetry/propagator-jaeger',
    ]);
    expect(captured).toEqual([]);
  });

  it('warns once about a missing package, with the command that installs it, and uses the other formats', () => {
    const { diagnostics, captured } = collectDiagnostics();
    for (let i = 0; i < 2; i++) {
      const propagator = selectPropagator(['jaeger', 'w3c'], { diagnostics, load: failToLoad });
      expect(propagator.fields()).toEqual(['traceparent', 'tracestate']);
    }
    expect(captured).toMatchObject([
      {
        level: 'warn',
        code: 'propagator_missing',
        fix: 'Run: npm install @opentelemetry/propagator-jaeger',
        source: 'propagate.formats',
      },
    ]);
  });

  it('warns about a package without the expected class', () => {
    const { captured } = select(['b3'], () => ({}));
    expect(captured).toMatchObject([
      { code: 'propagator_missing', fix: 'Run: npm install @opentelemetry/propagator-b3' },
    ]);
  });

  it('leaves out an unknown name, and suggests the nearest one', () => {
    const { propagator, captured } = select(['b3mutli', 'baggage'], failToLoad);
    expect(propagator.fields()).toEqual(['baggage']);
    expect(captured).toMatchObject([
      {
        level: 'warn',
        code: 'unknown_propagator',
        fix: "Did you mean 'b3multi'?",
        source: 'propagate.formats',
      },
    ]);
  });

  it('suggests nothing for a name that is far from all others', () => {
    expect(select(['something-else'], failToLoad).captured[0]?.fix).toBeUndefined();
  });

  it('loads packages from the directories of the application', () => {
    const { diagnostics, captured } = collectDiagnostics();
    const application = fakeApp({
      'node_modules/@opentelemetry/propagator-jaeger/index.js': `
        exports.JaegerPropagator = class {
          inject() {}
          extract(context) { return context; }
          fields() { return ['uber-trace-id']; }
        };
      `,
    });
    const propagator = selectPropagator(['jaeger'], { diagnostics, directories: [application] });
    expect(propagator.fields()).toEqual(['uber-trace-id']);
    expect(captured).toEqual([]);
  });

  it('warns about a package that the application does not have', () => {
    const { diagnostics, captured } = collectDiagnostics();
    selectPropagator(['jaeger'], { diagnostics, directories: [fakeApp({})] });
    selectPropagator(['b3'], { diagnostics });
    expect(captured.map(({ code }) => code)).toEqual(['propagator_missing', 'propagator_missing']);
  });
});
