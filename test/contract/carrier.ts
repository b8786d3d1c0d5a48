// The contract of carriers: extract returns the context that inject wrote, and other data is unchanged.

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

/** One kind of carrier. */
export interface CarrierKind<C extends object> {
  readonly name: string;
  /** Creates a carrier that has these entries. */
  make(entries: Readonly<Record<string, string>>): C;
  /** Returns the carrier in the form in which the receiver gets it: Buffers, copies, JSON. @default the same object */
  transport?(carrier: C): unknown;
  /** Reads an entry of the application, without this package. */
  readEntry(carrier: C, name: string): unknown;
  /** Wraps the carrier for inject and extract, if it has to be named. @default the carrier itself */
  wrap?(carrier: unknown): object;
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-03`;
const STATE = 'rojo=00f067aa0ba902b7,congo@x=t61r';

/** Runs the suite for one kind of carrier. */
export function describeCarrier<C extends object>(kind: CarrierKind<C>): void {
  const wrap = (carrier: unknown): object => kind.wrap?.(carrier) ?? (carrier as object);
  const transport = (carrier: C): object => wrap(kind.transport?.(carrier) ?? carrier);

  describe(`a carrier: ${kind.name}`, () => {
    beforeAll(() => {
      propagation.setGlobalPropagator(selectPropagator(['w3c', 'baggage']));
    });
    afterAll(() => {
      propagation.disable();
      contextApi.disable();
    });

    it('returns the context that was written', () => {
      const carrier = kind.make({});
      inject(wrap(carrier), createContext());
      const extracted = extract(transport(carrier), ROOT_CONTEXT);
      expect(getSpanContext(extracted)).toMatchObject({
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        traceFlags: 3,
        isRemote: true,
      });
      expect(getSpanContext(extracted)?.traceState?.serialize()).toBe(STATE);
      expect(getBaggageEntries(extracted)).toEqual({ tenant: 'ä, ö;"' });
    });

    it('does not change the entries of the application', () => {
      const carrier = kind.make({ 'x-mine': 'stays', traceparent2: 'stays too' });
      inject(wrap(carrier), createContext());
      expect(kind.readEntry(carrier, 'x-mine')).toBe('stays');
      expect(kind.readEntry(carrier, 'traceparent2')).toBe('stays too');
    });

    it('replaces a previous context with a name in any case', () => {
      for (const name of ['traceparent', 'TraceParent', 'TRACEPARENT']) {
        const carrier = kind.make({ [name]: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` });
        inject(wrap(carrier), createContext());
        expect(getSpanContext(extract(transport(carrier), ROOT_CONTEXT))?.traceId).toBe(TRACE_ID);
        const spellings = accessCarrier(wrap(carrier))
          .keys()
          .filter(key => key.toLowerCase() === 'traceparent');
        expect(spellings.length).toBeLessThanOrEqual(1);
      }
    });

    it('finds names in any case', () => {
      for (const name of ['traceparent', 'Traceparent', 'TRACEPARENT']) {
        const carrier = kind.make({ [name]: TRACEPARENT });
        expect(getSpanContext(extract(transport(carrier), ROOT_CONTEXT))?.spanId).toBe(SPAN_ID);
      }
    });

    it('returns the base for an empty carrier and for a malformed context', () => {
      for (const entries of [
        {},
        { traceparent: 'nonsense' },
        { tracestate: 'a=1' },
        { 'trace-parent': TRACEPARENT },
      ]) {
        const extracted = extract(wrap(kind.make(entries)), ROOT_CONTEXT);
        expect(getSpanContext(extracted)).toBeUndefined();
      }
    });

    it('transports a tracestate and baggage of maximum size', () => {
      const members = Array.from({ length: 32 }, (_, i) => `k${i}=${'v'.repeat(200)}`).join(',');
      const entries = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`b${i}`, 'x'.repeat(100)]));
      const carrier = kind.make({});
      inject(wrap(carrier), addBaggageEntries(entries, createContext(members)));
      const extracted = extract(transport(carrier), ROOT_CONTEXT);
      expect(getSpanContext(extracted)?.traceState?.serialize()).toBe(members);
      expect(getBaggageEntries(extracted)).toEqual({ tenant: 'ä, ö;"', ...entries });
    });

    it('does not throw if it is frozen', () => {
      const carrier = Object.freeze(kind.make({}));
      expect(() => inject(wrap(carrier), createContext())).not.toThrow();
      expect(() => extract(wrap(carrier), ROOT_CONTEXT)).not.toThrow();
    });
  });
}

function createContext(state: string = STATE): Context {
  const traceState = new W3CTraceState(tracestate.parse(state), state);
  const spanContext: SpanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 3, traceState };
  return addBaggageEntries({ tenant: 'ä, ö;"' }, trace.setSpanContext(ROOT_CONTEXT, spanContext));
}

function getSpanContext(context: Context): SpanContext | undefined {
  return trace.getSpanContext(context);
}
