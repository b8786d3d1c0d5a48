// The options of a span.

import { SpanKind, trace as apiTrace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { catchError, createCyclicObject, getParentId, throwError } from './fixtures.js';
import type { FacadeSubject } from './subject.js';

export function facadeOptions(subject: FacadeSubject): void {
  describe('the options', () => {
    it('attributes, kind, links and startTime', () => {
      const linked = trace.startSpan('linked');
      const startTime = new Date(Date.now() - 5_000);
      trace.span(
        'work',
        { attributes: { a: 1 }, kind: 'client', links: [{ context: linked.spanContext() }], startTime },
        () => {},
      );
      linked.end();
      const span = subject.span('work');
      expect(span.attributes).toEqual({ a: 1 });
      expect(span.kind).toBe(SpanKind.CLIENT);
      expect(span.links.map(link => link.context.spanId)).toEqual([linked.spanContext().spanId]);
      expect(span.startTime[0]).toBe(Math.floor(startTime.getTime() / 1000));
    });

    it('every kind, by name and by number', () => {
      for (const [kind, expected] of [
        ['internal', 0],
        ['server', 1],
        ['client', 2],
        ['producer', 3],
        ['consumer', 4],
        [SpanKind.SERVER, 1],
      ] as const) {
        trace.span(`kind ${kind}`, { kind }, () => {});
        expect(subject.span(`kind ${kind}`).kind).toBe(expected);
      }
    });

    it('root starts a new trace', () => {
      trace.span('outer', () => trace.span('new', { root: true }, () => {}));
      expect(getParentId(subject.span('new'))).toBeUndefined();
    });

    it('parent as a span context, a context and a carrier', () => {
      const parent = trace.startSpan('parent');
      const context = apiTrace.setSpan(trace.extract({}), parent);
      const carrier = trace.withSpan(parent, () => trace.inject());
      trace.span('by span context', { parent: parent.spanContext() }, () => {});
      trace.span('by context', { parent: context }, () => {});
      trace.span('by carrier', { parent: carrier }, () => {});
      parent.end();
      for (const name of ['by span context', 'by context', 'by carrier']) {
        expect(getParentId(subject.span(name))).toBe(parent.spanContext().spanId);
      }
    });

    it('attributes that are objects, dates and big integers are recorded as text, and null is omitted', () => {
      const attributes = { gone: null, when: new Date(0), big: 2n ** 70n, nested: { a: [1] }, ok: 'x' };
      trace.span('work', { attributes: attributes as never }, () => {
        trace.setAttribute('later', { b: 1 } as never);
        trace.setAttributes({ cyclic: createCyclicObject() as never });
        trace.addEvent('event', { when: new Date(0) as never });
      });
      const span = subject.span('work');
      expect(span.attributes).toMatchObject({
        when: '1970-01-01T00:00:00.000Z',
        big: (2n ** 70n).toString(),
        ok: 'x',
      });
      expect(JSON.stringify(span.attributes['nested'])).toContain('a');
      expect('gone' in span.attributes).toBe(false);
      expect(span.attributes['cyclic']).toBeDefined();
      expect(span.events[0]?.attributes?.['when']).toBe('1970-01-01T00:00:00.000Z');
    });

    it.each(['root', 'parent', 'attributes', 'stream'])('a getter of the option %s may throw', key => {
      const options = Object.defineProperty({}, key, {
        enumerable: true,
        get() {
          throw new Error('getter');
        },
      });
      expect(trace.span('work', options, () => [])).toEqual([]);
      expect(trace.wrap('work', () => [], options)()).toEqual([]);
      trace.startSpan('work', options).end();
    });

    it('a getter of isError may throw, and the error is rethrown', () => {
      const options = {
        get isError(): () => boolean {
          throw new Error('getter');
        },
      };
      const error = new Error('mine');
      expect(catchError(() => trace.span('work', options, () => throwError(error)))).toBe(error);
      expect(subject.hasEnded('work')).toBe(true);
    });

    it('a getter of an attribute may throw', () => {
      const attributes = {
        ok: 1,
        get bad(): string {
          throw new Error('getter');
        },
      };
      expect(trace.span('work', { attributes }, () => 'result')).toBe('result');
      expect(subject.span('work').attributes['ok']).toBe(1);
    });
  });
}
