// A span of our engine writes a snapshot for the encoder. It must not differ from the fields of the span.

import { SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSpanView } from '../../../src/spans/span-view.js';
import { TracerProvider } from '../../../src/engine/index.js';
import { CollectingProcessor } from '../../support/engine-fixture.js';
import { encodeSpans } from '../../support/encode-spans.js';

const LINK = { context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: TraceFlags.SAMPLED } };

/** A span of our engine that has ended. */
function endedSpan(
  use: (span: ReturnType<ReturnType<TracerProvider['getTracer']>['startSpan']>) => void,
): ReadableSpan {
  const collected = new CollectingProcessor();
  const provider = new TracerProvider({
    spanProcessors: [collected],
    spanLimits: { eventCountLimit: 2, linkCountLimit: 0 },
  });
  const span = provider.getTracer('test').startSpan('work');
  use(span);
  span.end();
  const [one] = collected.ended;
  if (one === undefined) throw new TypeError('unreachable: a span has ended');
  return one;
}

describe('a span of our engine', () => {
  it('is encoded like a view of it, which has no snapshot', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.nat(2), fc.constantFrom(0, 1, 2), (events, links, code) => {
        const span = endedSpan(open => {
          for (let i = 0; i < events; i++) open.addEvent(`event ${i}`, { i });
          for (let i = 0; i < links; i++) open.addLink(LINK);
          if (code !== 0) open.setStatus({ code, message: 'failed' });
        });
        expect(encodeSpans([span])).toEqual(encodeSpans([createSpanView(span, {})]));
      }),
    );
  });

  it('is read field by field through a proxy, and by an object that inherits from it', () => {
    const span = endedSpan(() => undefined);
    const changes: Partial<ReadableSpan> = {
      startTime: [1_700_000_000, 1],
      endTime: [1_700_000_001, 2],
      status: { code: SpanStatusCode.ERROR, message: 'changed' },
      events: [{ name: 'changed', time: [1_700_000_000, 5] }],
    };
    const view = createSpanView(span, changes);
    const proxy = new Proxy(span, {
      get: (target, key) => {
        if (key in changes) return changes[key as keyof ReadableSpan];
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const inheriting = Object.create(
      span,
      Object.fromEntries(
        (Object.keys(view) as (keyof ReadableSpan)[]).map(key => [
          key,
          { value: view[key], enumerable: true },
        ]),
      ),
    ) as ReadableSpan;
    expect(encodeSpans([proxy])).toEqual(encodeSpans([view]));
    expect(encodeSpans([inheriting])).toEqual(encodeSpans([view]));
  });
});
