import type { SpanContext } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { PendingTrace } from '../../../../src/sampling/tail/pending-trace.js';
import { makeTailSpan } from '../../../support/tail-sampler-fixture.js';

const pendingTraceOf = (first: ReturnType<typeof makeTailSpan>): PendingTrace =>
  new PendingTrace(first.spanContext(), first.parentSpanContext, 5);

describe('a pending trace', () => {
  it('starts with one open local root', () => {
    const first = makeTailSpan('first');
    const trace = pendingTraceOf(first);
    expect(trace).toMatchObject({
      traceId: first.spanContext().traceId,
      startedMs: 5,
      open: 1,
      openRoots: 1,
      bytes: 350,
    });
  });

  it('counts the list of spans with the first span', () => {
    const trace = pendingTraceOf(makeTailSpan('first'));
    expect(trace.add({ bytes: 100 })).toBe(250);
    expect(trace.add({ bytes: 100 })).toBe(100);
    expect(trace.add(undefined)).toBe(0);
    expect(trace.bytes).toBe(350 + 350);
    expect(trace.buffered).toEqual([{ bytes: 100 }, { bytes: 100 }, undefined]);
  });

  it('a span without a parent, or with a remote one, is a local root', () => {
    const first = makeTailSpan('first');
    const trace = pendingTraceOf(first);
    const remote: SpanContext = { ...first.spanContext(), isRemote: true };
    expect(trace.isRoot(first)).toBe(true);
    expect(trace.isRoot(makeTailSpan('second', { parent: remote }))).toBe(true);
    expect(trace.isRoot(makeTailSpan('child', { parent: first }))).toBe(false);
  });

  it('the first span is a local root even under a local parent', () => {
    const parent = makeTailSpan('parent');
    const first = makeTailSpan('first', { parent });
    const trace = pendingTraceOf(first);
    expect(trace.isRoot(first)).toBe(true);
    expect(trace.isRoot(makeTailSpan('sibling', { parent }))).toBe(false);
  });
});
