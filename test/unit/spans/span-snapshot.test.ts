// Spans of our engine tell the encoder what they have; nothing of that may differ from what they show to everyone.

import { SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSpanView } from '../../../src/spans/span-view.js';
import { TracerProvider } from '../../../src/engine/index.js';
import { CollectingProcessor } from '../../support/engine-fixture.js';
import { encodeSpans } from '../../support/encode-spans.js';

const LINK = { context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: TraceFlags.SAMPLED } };

function ended(
  use: (span: ReturnType<ReturnType<TracerProvider['getTracer']>['startSpan']>) => void,
): ReadableSpan {
  const keeper = new CollectingProcessor();
  const provider = new TracerProvider({
    spanProcessors: [keeper],
    spanLimits: { eventCountLimit: 2, linkCountLimit: 0 },
  });
  const span = provider.getTracer('bare').startSpan('work');
  use(span);
  span.end();
  const [one] = keeper.ended;
  if (one === undefined) throw new TypeError('unreachable: a span has ended');
  return one;
}

describe('a span of our engine', () => {
  it('has the same bytes as a view of it, which is looked at', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.nat(2), fc.constantFrom(0, 1, 2), (events, links, code) => {
        const span = ended(open => {
          for (let i = 0; i < events; i++) open.addEvent(`event ${i}`, { i });
          for (let i = 0; i < links; i++) open.addLink(LINK);
          if (code !== 0) open.setStatus({ code, message: 'said' });
        });
        expect(encodeSpans([span])).toEqual(encodeSpans([createSpanView(span, {})]));
      }),
    );
  });

  it('is looked at where a processor in front shows another one through a proxy or by inheritance', () => {
    const span = ended(() => undefined);
    const shown: Partial<ReadableSpan> = {
      startTime: [1_700_000_000, 1],
      endTime: [1_700_000_001, 2],
      status: { code: SpanStatusCode.ERROR, message: 'seen' },
      events: [{ name: 'seen', time: [1_700_000_000, 5] }],
    };
    const view = createSpanView(span, shown);
    const proxy = new Proxy(span, {
      get: (target, key) => {
        if (key in shown) return shown[key as keyof ReadableSpan];
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const heir = Object.create(
      span,
      Object.fromEntries(
        (Object.keys(view) as (keyof ReadableSpan)[]).map(key => [
          key,
          { value: view[key], enumerable: true },
        ]),
      ),
    ) as ReadableSpan;
    expect(encodeSpans([proxy])).toEqual(encodeSpans([view]));
    expect(encodeSpans([heir])).toEqual(encodeSpans([view]));
  });
});
