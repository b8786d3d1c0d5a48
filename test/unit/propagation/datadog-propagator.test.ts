import { defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatadogPropagator } from '../../../src/propagation/datadog-propagator.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { extractSpanContext, injectSpanContext } from '../../support/span-context-headers.js';

describe('DatadogPropagator', () => {
  const propagator = new DatadogPropagator();
  // The example of Datadog's documentation: 640cfd8d00000000abcdefab12345678.
  const carrier = {
    'x-datadog-trace-id': BigInt('0xabcdefab12345678').toString(),
    'x-datadog-parent-id': '291',
    'x-datadog-sampling-priority': '1',
    'x-datadog-tags': '_dd.p.tid=640cfd8d00000000',
  };
  const spanContext = {
    traceId: '640cfd8d00000000abcdefab12345678',
    spanId: '0000000000000123',
    traceFlags: 1,
  };

  it('reads and writes 128-bit ids as decimal halves', () => {
    expect(extractSpanContext(propagator, carrier)).toEqual({ ...spanContext, isRemote: true });
    expect(injectSpanContext(propagator, spanContext)).toEqual(carrier);
  });

  it('reads 64-bit ids, names of any case, and the upper bits among other tags', () => {
    expect(
      extractSpanContext(propagator, { 'X-Datadog-Trace-Id': '1', 'X-Datadog-Parent-Id': '2' })?.traceId,
    ).toBe(`${'0'.repeat(31)}1`);
    const tags = '_dd.p.dm=-0,_dd.p.tid=640cfd8d00000000,_dd.p.usr=x';
    expect(extractSpanContext(propagator, { ...carrier, 'x-datadog-tags': tags })?.traceId).toBe(
      spanContext.traceId,
    );
    expect(
      injectSpanContext(propagator, { ...spanContext, traceId: `${'0'.repeat(31)}1` })['x-datadog-tags'],
    ).toBeUndefined();
  });

  it.each([
    ['-1', 0],
    ['0', 0],
    ['1', 1],
    ['2', 1],
    ['none', 1],
    ['-a', 1],
    [undefined, 1],
  ])('reads priority %s as the flags %s', (priority, flags) => {
    expect(
      extractSpanContext(propagator, { ...carrier, 'x-datadog-sampling-priority': priority })?.traceFlags,
    ).toBe(flags);
  });

  it('writes priority 0 for a trace that is not sampled', () => {
    const { 'x-datadog-sampling-priority': priority } = injectSpanContext(propagator, {
      ...spanContext,
      traceFlags: 2,
    });
    expect(priority).toBe('0');
  });

  it.each(['0', '', '-1', '18446744073709551616', '0xff', '1e3', 'abc', '9'.repeat(100_000)])(
    'ignores the id %.20s',
    id => {
      expect(extractSpanContext(propagator, { ...carrier, 'x-datadog-trace-id': id })).toBeUndefined();
      expect(extractSpanContext(propagator, { ...carrier, 'x-datadog-parent-id': id })).toBeUndefined();
    },
  );

  it('reports which header it ignored, at debug level', () => {
    for (const header of ['x-datadog-trace-id', 'x-datadog-parent-id']) {
      const captured = captureDiagnostics(
        () => void extractSpanContext(propagator, { ...carrier, [header]: 'abc' }),
      );
      expect(captured).toMatchObject([{ level: 'debug', code: 'header_rejected', source: header }]);
    }
  });

  it('writes nothing without a valid span, or while tracing is suppressed', () => {
    const valid = trace.setSpanContext(ROOT_CONTEXT, spanContext);
    const zero = trace.setSpanContext(ROOT_CONTEXT, { ...spanContext, traceId: '0'.repeat(32) });
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
