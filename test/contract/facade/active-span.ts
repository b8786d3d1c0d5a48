// Manual spans and the active span.

import { SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { getParentId } from './fixtures.js';
import type { FacadeSubject } from './subject.js';

export function facadeActiveSpan(subject: FacadeSubject): void {
  describe('manual spans', () => {
    it('startSpan creates an inactive child of the active span, and the caller ends it', () => {
      trace.span('outer', () => {
        const span = trace.startSpan('manual', { attributes: { a: 1 } });
        expect(trace.getActiveSpan()).not.toBe(span);
        expect(subject.hasEnded('manual')).toBe(false);
        span.end();
      });
      expect(getParentId(subject.span('manual'))).toBe(subject.span('outer').spanContext().spanId);
    });

    it('Symbol.dispose ends the span', () => {
      trace.startSpan('disposed')[Symbol.dispose]();
      expect(subject.hasEnded('disposed')).toBe(true);
    });

    it('withSpan makes a span active and does not end it', () => {
      const span = trace.startSpan('manual');
      trace.withSpan(span, () => trace.span('child', () => {}));
      expect(subject.hasEnded('manual')).toBe(false);
      span.end();
      expect(getParentId(subject.span('child'))).toBe(span.spanContext().spanId);
    });
  });

  describe('the active span', () => {
    it('is read and changed by getActiveSpan, ids, setAttribute, addEvent and recordError', () => {
      trace.span('work', span => {
        expect(trace.getActiveSpan()).toBe(span);
        const { traceId, spanId } = span.spanContext();
        expect(trace.ids()).toEqual({ traceId, spanId, sampled: true });
        trace.setAttribute('k', 'v');
        trace.setAttributes({ n: 1 });
        trace.addEvent('happened', { x: true });
        trace.recordError(new RangeError('limit'));
      });
      const span = subject.span('work');
      expect(span.attributes).toMatchObject({ k: 'v', n: 1, 'error.type': 'RangeError' });
      expect(span.events.map(event => event.name)).toEqual(['happened', 'exception']);
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'limit' });
    });

    it('may be missing, and the functions do nothing', () => {
      trace.setAttribute('k', 'v');
      trace.setAttributes({});
      trace.addEvent('x');
      trace.recordError(new Error('x'));
      expect([trace.getActiveSpan(), trace.getRootSpan(), trace.ids(), trace.url()]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
    });

    it('has the first span of this process in its trace as getRootSpan', () => {
      trace.span('root', root => {
        trace.span('child', () => {
          trace.span('grandchild', () => expect(trace.getRootSpan()).toBe(root));
          trace.span('new', { root: true }, other => expect(trace.getRootSpan()).toBe(other));
        });
        expect(trace.getRootSpan()).toBe(root);
      });
    });

    it('has the first local span as getRootSpan under a remote parent', () => {
      const carrier = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
      trace.continue(carrier, 'first', first => {
        trace.span('second', () => expect(trace.getRootSpan()).toBe(first));
      });
    });
  });
}
