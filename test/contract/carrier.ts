// What every carrier must do, whatever it is: the same context comes out that went in, and nothing else is touched.

import {
  type Context,
  context as contextApi,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addBaggageEntries,
  getBaggageEntries,
  accessCarrier,
  extract,
  inject,
  selectPropagator,
  W3CTraceState,
} from '../../src/propagation/index.js';
import { tracestate } from '../../src/w3c/index.js';

/** How a kind of carrier is made and seen from outside. */
export interface CarrierKind<C extends object> {
  readonly name: string;
  /** A new carrier that holds these things already. */
  make(entries: Readonly<Record<string, string>>): C;
  /** What the carrier would look like at the receiver; Buffers, copies, JSON. @default the same object */
  transport?(carrier: C): unknown;
  /** A thing that the application had put into it, read without our help. */
  foreign(carrier: C, name: string): unknown;
  /** The carrier's own shape where it differs, to hand to inject and extract. @default the carrier */
  view?(carrier: unknown): object;
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-03`;
const STATE = 'rojo=00f067aa0ba902b7,congo@x=t61r';

/** Runs the suite for one kind of carrier. */
export function describeCarrier<C extends object>(kind: CarrierKind<C>): void {
  const view = (carrier: unknown): object => kind.view?.(carrier) ?? (carrier as object);
  const received = (carrier: C): object => view(kind.transport?.(carrier) ?? carrier);

  describe(`a carrier: ${kind.name}`, () => {
    beforeAll(() => {
      propagation.setGlobalPropagator(selectPropagator(['w3c', 'baggage']));
    });
    afterAll(() => {
      propagation.disable();
      contextApi.disable();
    });

    it('gives back the context that was put in', () => {
      const carrier = kind.make({});
      inject(view(carrier), sent());
      const got = extract(received(carrier), ROOT_CONTEXT);
      expect(spanOf(got)).toMatchObject({
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        traceFlags: 3,
        isRemote: true,
      });
      expect(spanOf(got)?.traceState?.serialize()).toBe(STATE);
      expect(getBaggageEntries(got)).toEqual({ tenant: 'ä, ö;"' });
    });

    it('leaves alone what the application put in', () => {
      const carrier = kind.make({ 'x-mine': 'stays', traceparent2: 'stays too' });
      inject(view(carrier), sent());
      expect(kind.foreign(carrier, 'x-mine')).toBe('stays');
      expect(kind.foreign(carrier, 'traceparent2')).toBe('stays too');
    });

    it('replaces a former context, whatever the case of its name', () => {
      for (const name of ['traceparent', 'TraceParent', 'TRACEPARENT']) {
        const carrier = kind.make({ [name]: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` });
        inject(view(carrier), sent());
        expect(spanOf(extract(received(carrier), ROOT_CONTEXT))?.traceId).toBe(TRACE_ID);
        const spellings = accessCarrier(view(carrier))
          .keys()
          .filter(key => key.toLowerCase() === 'traceparent');
        expect(spellings.length).toBeLessThanOrEqual(1);
      }
    });

    it('finds names in any case', () => {
      for (const name of ['traceparent', 'Traceparent', 'TRACEPARENT']) {
        const carrier = kind.make({ [name]: TRACEPARENT });
        expect(spanOf(extract(received(carrier), ROOT_CONTEXT))?.spanId).toBe(SPAN_ID);
      }
    });

    it('gives the base back when it holds nothing, or something malformed', () => {
      for (const entries of [
        {},
        { traceparent: 'nonsense' },
        { tracestate: 'a=1' },
        { 'trace-parent': TRACEPARENT },
      ]) {
        const got = extract(view(kind.make(entries)), ROOT_CONTEXT);
        expect(spanOf(got)).toBeUndefined();
      }
    });

    it('carries the largest tracestate and baggage that are allowed', () => {
      const members = Array.from({ length: 32 }, (_, i) => `k${i}=${'v'.repeat(200)}`).join(',');
      const entries = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`b${i}`, 'x'.repeat(100)]));
      const carrier = kind.make({});
      inject(view(carrier), addBaggageEntries(entries, sent(members)));
      const got = extract(received(carrier), ROOT_CONTEXT);
      expect(spanOf(got)?.traceState?.serialize()).toBe(members);
      expect(getBaggageEntries(got)).toEqual({ tenant: 'ä, ö;"', ...entries });
    });

    it('never throws when it is frozen', () => {
      const carrier = Object.freeze(kind.make({}));
      expect(() => inject(view(carrier), sent())).not.toThrow();
      expect(() => extract(view(carrier), ROOT_CONTEXT)).not.toThrow();
    });
  });
}

function sent(state: string = STATE): Context {
  const traceState = new W3CTraceState(tracestate.parse(state), state);
  const spanContext: SpanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 3, traceState };
  return addBaggageEntries({ tenant: 'ä, ö;"' }, trace.setSpanContext(ROOT_CONTEXT, spanContext));
}

function spanOf(context: Context): SpanContext | undefined {
  return trace.getSpanContext(context);
}
