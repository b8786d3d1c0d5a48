import { context, createContextKey, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed, suppressTracing, unsuppressTracing } from '@opentelemetry/core';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { activeSpan, isSuppressed, LightContext, SPAN_KEY, withSpan } from '../../../src/context/index.js';

const span = (): ReturnType<typeof trace.wrapSpanContext> => trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

describe('a light context', () => {
  it('uses the keys that the API and the SDK use', () => {
    const one = span();
    expect(trace.setSpan(ROOT_CONTEXT, one).getValue(SPAN_KEY)).toBe(one);
    expect(trace.getSpan(withSpan(ROOT_CONTEXT, one))).toBe(one);
    expect(isTracingSuppressed(suppressTracing(withSpan(ROOT_CONTEXT, one)))).toBe(true);
    expect(isSuppressed(suppressTracing(ROOT_CONTEXT))).toBe(true);
  });

  it('answers every key as OpenTelemetry does, whatever is set, deleted and made active in whatever order', () => {
    const keys = ['a', 'b', 'c', 'd'].map(name => createContextKey(`light context ${name}`));
    const spans = [span(), span()];
    const step = fc.oneof(
      fc.record({ op: fc.constant('set' as const), key: fc.nat(3), value: fc.anything() }),
      fc.record({ op: fc.constant('delete' as const), key: fc.nat(3), value: fc.constant(0) }),
      fc.record({ op: fc.constant('span' as const), key: fc.nat(1), value: fc.constant(0) }),
      fc.record({ op: fc.constant('deleteSpan' as const), key: fc.nat(0), value: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, foreignParent) => {
        let theirs = foreignParent ? ROOT_CONTEXT.setValue(keys[0]!, 'base') : ROOT_CONTEXT;
        let ours = withSpan(theirs, spans[0]!);
        theirs = trace.setSpan(theirs, spans[0]!);
        for (const { op, key, value } of steps) {
          const [lightBefore, before] = [ours, keys.map(each => ours.getValue(each))];
          if (op === 'set')
            [ours, theirs] = [ours.setValue(keys[key]!, value), theirs.setValue(keys[key]!, value)];
          else if (op === 'delete')
            [ours, theirs] = [ours.deleteValue(keys[key]!), theirs.deleteValue(keys[key]!)];
          else if (op === 'span')
            [ours, theirs] = [withSpan(ours, spans[key]!), trace.setSpan(theirs, spans[key]!)];
          else [ours, theirs] = [trace.deleteSpan(ours), trace.deleteSpan(theirs)];
          for (const each of keys) expect(ours.getValue(each)).toBe(theirs.getValue(each));
          expect(activeSpan(ours)).toBe(trace.getSpan(theirs));
          // Contexts are values: the one before the step answers as before.
          expect(keys.map(each => lightBefore.getValue(each))).toEqual(before);
        }
      }),
    );
  });

  it('stays correct and shallow with hundreds of keys', () => {
    let ours = withSpan(ROOT_CONTEXT, span());
    const keys = Array.from({ length: 500 }, (_, i) => createContextKey(`light context many ${i}`));
    for (const [i, key] of keys.entries()) ours = ours.setValue(key, i);
    expect(keys.every((key, i) => ours.getValue(key) === i)).toBe(true);
    expect(activeSpan(ours)).toBeDefined();
  });

  it('knows suppression through any chain, and lifts it', () => {
    const key = createContextKey('light context suppressed');
    const inside = withSpan(suppressTracing(withSpan(ROOT_CONTEXT, span())), span()).setValue(key, 1);
    expect(isSuppressed(inside)).toBe(true);
    expect(isSuppressed(unsuppressTracing(inside))).toBe(false);
    expect(inside.getValue(key)).toBe(1);
  });

  it('replaces only the span it holds', () => {
    const [one, other] = [span(), span()];
    const light = withSpan(ROOT_CONTEXT, one);
    expect(light).toBeInstanceOf(LightContext);
    (light as LightContext).replaceSpan(other, span());
    expect(activeSpan(light)).toBe(one);
    (light as LightContext).replaceSpan(one, other);
    expect(activeSpan(light)).toBe(other);
  });
});

describe('with the context manager of OpenTelemetry', () => {
  beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
  afterEach(() => context.disable());

  it('with and bind carry it over awaits, timers and callbacks', async () => {
    const one = span();
    const light = withSpan(ROOT_CONTEXT, one);
    const seen = await context.with(light, async () => {
      await Promise.resolve();
      return new Promise(resolve => setImmediate(() => resolve(trace.getActiveSpan())));
    });
    expect(seen).toBe(one);
    expect(context.bind(light, () => trace.getActiveSpan())()).toBe(one);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
