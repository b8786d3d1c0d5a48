import { defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XRayPropagator } from '../../../src/propagation/xray-propagator.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { extractSpanContext, injectSpanContext } from '../../support/span-context-headers.js';

describe('XRayPropagator', () => {
  const propagator = new XRayPropagator();
  const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
  const spanContext = {
    traceId: '5759e988bd862e3fe1be46a994272793',
    spanId: '53995c3f42cd8ad8',
    traceFlags: 1,
  };

  it("reads and writes the header of AWS's documentation", () => {
    const header = `${root};Parent=53995c3f42cd8ad8;Sampled=1`;
    expect(extractSpanContext(propagator, { 'X-Amzn-Trace-Id': header })).toEqual({
      ...spanContext,
      isRemote: true,
    });
    expect(injectSpanContext(propagator, spanContext)).toEqual({ 'x-amzn-trace-id': header });
  });

  it('reads the parts in any order, and ignores others', () => {
    const header = `Self=1-a;Sampled=0; Parent=53995c3f42cd8ad8;${root};Lineage=12326a9d:0;Parents;=x`;
    expect(extractSpanContext(propagator, { 'x-amzn-trace-id': header })).toEqual({
      ...spanContext,
      traceFlags: 0,
      isRemote: true,
    });
  });

  it.each([
    root,
    `${root};Parent=53995C3F;Sampled=1`,
    `${root};Parent=0000000000000000`,
    'Root=2-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8',
    'Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8',
    'Root=;Sampled=1',
    ';'.repeat(100_000),
    '',
  ])('ignores %.60s', header => {
    expect(extractSpanContext(propagator, { 'x-amzn-trace-id': header })).toBeUndefined();
  });

  it('returns the context of a request without the header, and reports nothing', () => {
    const captured = captureDiagnostics(() => {
      expect(extractSpanContext(propagator, { traceparent: 'x' })).toBeUndefined();
    });
    expect(captured).toEqual([]);
  });

  it('reports at debug level that it ignored the header', () => {
    const captured = captureDiagnostics(
      () => void extractSpanContext(propagator, { 'x-amzn-trace-id': root }),
    );
    expect(captured).toMatchObject([{ level: 'debug', code: 'header_rejected', source: 'x-amzn-trace-id' }]);
  });

  it('writes nothing without a valid span, or while tracing is suppressed', () => {
    const valid = trace.setSpanContext(ROOT_CONTEXT, spanContext);
    const zero = trace.setSpanContext(ROOT_CONTEXT, { ...spanContext, spanId: '0'.repeat(16) });
    for (const context of [ROOT_CONTEXT, zero, suppressTracing(valid)]) {
      const target = {};
      propagator.inject(context, target, defaultTextMapSetter);
      expect(target).toEqual({});
    }
  });

  it('restores every id', () => {
    const hex = (digits: number): fc.Arbitrary<string> =>
      fc.stringMatching(new RegExp(`^[0-9a-f]{${digits - 1}}[1-9a-f]$`));
    fc.assert(
      fc.property(hex(32), hex(16), fc.constantFrom(0, 1), (traceId, spanId, traceFlags) => {
        const restored = extractSpanContext(
          propagator,
          injectSpanContext(propagator, { traceId, spanId, traceFlags }),
        );
        expect(restored).toEqual({ traceId, spanId, traceFlags, isRemote: true });
      }),
    );
  });
});
