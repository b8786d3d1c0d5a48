// Carriers, baggage and child processes.

import { SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { getParentId } from './fixtures.js';
import type { FacadeSubject } from './subject.js';

export function facadePropagation(subject: FacadeSubject): void {
  describe('across process boundaries', () => {
    const header = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

    it('inject writes into a new object, a given object, and Headers', () => {
      trace.span('work', () => {
        const ids = trace.ids();
        const expected = new RegExp(`^00-${ids?.traceId}-${ids?.spanId}-0[13]$`);
        expect(trace.inject()['traceparent']).toMatch(expected);
        const mine = { keep: 'me' };
        expect(trace.inject(mine)).toBe(mine);
        expect(mine).toMatchObject({ keep: 'me', traceparent: expect.stringMatching(expected) });
        expect(trace.inject(new Headers()).get('traceparent')).toMatch(expected);
      });
    });

    it('continue continues the trace of a carrier, regardless of the active span', async () => {
      for (const carrier of [{ traceparent: header }, new Headers({ traceparent: header })]) {
        subject.reset();
        const result = await trace.span('active', () =>
          trace.continue(carrier, 'work', { kind: 'consumer' }, async () => 'done'),
        );
        expect(result).toBe('done');
        const span = subject.span('work');
        expect(span.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
        expect(getParentId(span)).toBe('b7ad6b7169203331');
        expect(span.kind).toBe(SpanKind.CONSUMER);
      }
    });

    it('continue without a context in the carrier starts a new trace', () => {
      trace.span('active', () => trace.continue({}, 'work', () => {}));
      expect(getParentId(subject.span('work'))).toBeUndefined();
    });

    it('baggage is set, read, injected and extracted', () => {
      trace.withBaggage({ tenant: 'acme', tier: 'gold' }, () => {
        expect(trace.getBaggage()).toEqual({ tenant: 'acme', tier: 'gold' });
        const carrier = trace.span('work', () => trace.inject());
        trace.continue(carrier, 'next', () =>
          expect(trace.getBaggage()).toEqual({ tenant: 'acme', tier: 'gold' }),
        );
      });
      expect(trace.getBaggage()).toEqual({});
    });

    it('invalid baggage entries do not prevent the work', () => {
      expect(trace.withBaggage(undefined as never, () => 'done')).toBe('done');
    });

    it('childEnv passes the context to a child process', () => {
      trace.span('work', () => {
        const env = trace.childEnv({ PATH: '/bin' });
        expect(env['PATH']).toBe('/bin');
        expect(env['TRACEPARENT']).toContain(trace.ids()?.traceId);
      });
    });
  });
}
