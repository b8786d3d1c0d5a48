import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatadogPropagator, XRayPropagator } from '../../../src/propagation/index.js';

const read = (propagator: TextMapPropagator, carrier: unknown): SpanContext | undefined =>
  trace.getSpanContext(propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));
const write = (propagator: TextMapPropagator, spanContext: SpanContext): Record<string, string> => {
  const carrier: Record<string, string> = {};
  propagator.inject(trace.setSpanContext(ROOT_CONTEXT, spanContext), carrier, defaultTextMapSetter);
  return carrier;
};

describe('DatadogPropagator', () => {
  const propagator = new DatadogPropagator();
  // The worked example of Datadog's documentation: 640cfd8d00000000abcdefab12345678.
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
    expect(read(propagator, carrier)).toEqual({ ...spanContext, isRemote: true });
    expect(write(propagator, spanContext)).toEqual(carrier);
  });

  it('reads 64-bit ids, names of any case, and the upper bits among other tags', () => {
    expect(read(propagator, { 'X-Datadog-Trace-Id': '1', 'X-Datadog-Parent-Id': '2' })?.traceId).toBe(
      `${'0'.repeat(31)}1`,
    );
    const tags = '_dd.p.dm=-0,_dd.p.tid=640cfd8d00000000,_dd.p.usr=x';
    expect(read(propagator, { ...carrier, 'x-datadog-tags': tags })?.traceId).toBe(spanContext.traceId);
    expect(
      write(propagator, { ...spanContext, traceId: `${'0'.repeat(31)}1` })['x-datadog-tags'],
    ).toBeUndefined();
  });

  it.each([
    ['-1', 0],
    ['0', 0],
    ['1', 1],
    ['2', 1],
    ['none', 1],
    [undefined, 1],
  ])('takes priority %s for the flags %s', (priority, flags) => {
    expect(read(propagator, { ...carrier, 'x-datadog-sampling-priority': priority })?.traceFlags).toBe(flags);
  });

  it.each(['0', '', '-1', '18446744073709551616', '0xff', '1e3', 'abc', '9'.repeat(100_000)])(
    'refuses the id %.20s',
    id => {
      expect(read(propagator, { ...carrier, 'x-datadog-trace-id': id })).toBeUndefined();
      expect(read(propagator, { ...carrier, 'x-datadog-parent-id': id })).toBeUndefined();
    },
  );

  it('gives every id back', () => {
    const hex = (digits: number): fc.Arbitrary<string> =>
      fc.stringMatching(new RegExp(`^[0-9a-f]{${digits - 1}}[1-9a-f]$`));
    fc.assert(
      fc.property(hex(32), hex(16), fc.constantFrom(0, 1), (traceId, spanId, traceFlags) => {
        for (const one of [propagator, new XRayPropagator()]) {
          const got = read(one, write(one, { traceId, spanId, traceFlags }));
          expect(got).toEqual({ traceId, spanId, traceFlags, isRemote: true });
        }
      }),
    );
  });
});

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
    expect(read(propagator, { 'X-Amzn-Trace-Id': header })).toEqual({ ...spanContext, isRemote: true });
    expect(write(propagator, spanContext)).toEqual({ 'x-amzn-trace-id': header });
  });

  it('reads the parts in any order, and ignores others', () => {
    const header = `Self=1-a;Sampled=0; Parent=53995c3f42cd8ad8;${root};Lineage=12326a9d:0`;
    expect(read(propagator, { 'x-amzn-trace-id': header })).toEqual({
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
  ])('refuses %.60s', header => {
    expect(read(propagator, { 'x-amzn-trace-id': header })).toBeUndefined();
  });
});
