import { ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { LightContext } from '../../../src/context/index.js';
import { getForeignLocalRoot, setSpanAndLocalRoot } from '../../../src/span/foreign-local-root.js';

function createSpan(trace_: string, isRemote = false): Span {
  return trace.wrapSpanContext({
    traceId: trace_.repeat(32),
    spanId: 'b'.repeat(16),
    traceFlags: 1,
    ...(isRemote ? { isRemote } : {}),
  });
}

describe('the local root in a context', () => {
  it('is the first span of the trace', () => {
    const [root, child] = [createSpan('1'), createSpan('1')];
    const inner = setSpanAndLocalRoot(setSpanAndLocalRoot(ROOT_CONTEXT, root), child);
    expect(trace.getSpan(inner)).toBe(child);
    expect(getForeignLocalRoot(inner, child)).toBe(root);
  });

  it('is the local parent that another library started', () => {
    const [parent, child] = [createSpan('1'), createSpan('1')];
    const inner = setSpanAndLocalRoot(trace.setSpan(ROOT_CONTEXT, parent), child);
    expect(getForeignLocalRoot(inner, child)).toBe(parent);
  });

  it('is not a remote parent', () => {
    const [remote, child] = [createSpan('1', true), createSpan('1')];
    const inner = setSpanAndLocalRoot(trace.setSpan(ROOT_CONTEXT, remote), child);
    expect(getForeignLocalRoot(inner, child)).toBe(child);
  });

  it('is replaced by a span of a new trace, also in a light context', () => {
    const [first, second] = [createSpan('1'), createSpan('2')];
    const outer = setSpanAndLocalRoot(ROOT_CONTEXT, first);
    expect(outer).toBeInstanceOf(LightContext);
    expect(getForeignLocalRoot(setSpanAndLocalRoot(outer, second), second)).toBe(second);
  });

  it('is the active span if the facade did not start the trace', () => {
    const active = createSpan('1');
    expect(getForeignLocalRoot(trace.setSpan(ROOT_CONTEXT, active), active)).toBe(active);
  });
});
