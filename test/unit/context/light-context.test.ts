import { context, createContextKey, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed, suppressTracing, unsuppressTracing } from '@opentelemetry/core';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getSpan, isSuppressed, LightContext, SPAN_KEY, setSpan } from '../../../src/context/index.js';

const createSpan = (): ReturnType<typeof trace.wrapSpanContext> =>
  trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

describe('a light context', () => {
  it('has the keys of the API and the SDK', () => {
    const one = createSpan();
    expect(trace.setSpan(ROOT_CONTEXT, one).getValue(SPAN_KEY)).toBe(one);
    expect(trace.getSpan(setSpan(ROOT_CONTEXT, one))).toBe(one);
    expect(isTracingSuppressed(suppressTracing(setSpan(ROOT_CONTEXT, one)))).toBe(true);
    expect(isSuppressed(suppressTracing(ROOT_CONTEXT))).toBe(true);
  });

  it('has the value of OpenTelemetry’s context for every key, after any sequence of changes', () => {
    const keys = ['a', 'b', 'c', 'd'].map(name => createContextKey(`light context ${name}`));
    const spans = [createSpan(), createSpan()];
    const step = fc.oneof(
      fc.record({ op: fc.constant('set' as const), key: fc.nat(3), value: fc.anything() }),
      fc.record({ op: fc.constant('delete' as const), key: fc.nat(3), value: fc.constant(0) }),
      fc.record({ op: fc.constant('span' as const), key: fc.nat(1), value: fc.constant(0) }),
      fc.record({ op: fc.constant('deleteSpan' as const), key: fc.nat(0), value: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, foreignParent) => {
        let theirs = foreignParent ? ROOT_CONTEXT.setValue(keys[0]!, 'base') : ROOT_CONTEXT;
        let ours = setSpan(theirs, spans[0]!);
        theirs = trace.setSpan(theirs, spans[0]!);
        for (const { op, key, value } of steps) {
          const [lightBefore, before] = [ours, keys.map(each => ours.getValue(each))];
          if (op === 'set')
            [ours, theirs] = [ours.setValue(keys[key]!, value), theirs.setValue(keys[key]!, value)];
          else if (op === 'delete')
            [ours, theirs] = [ours.deleteValue(keys[key]!), theirs.deleteValue(keys[key]!)];
          else if (op === 'span')
            [ours, theirs] = [setSpan(ours, spans[key]!), trace.setSpan(theirs, spans[key]!)];
          else [ours, theirs] = [trace.deleteSpan(ours), trace.deleteSpan(theirs)];
          for (const each of keys) expect(ours.getValue(each)).toBe(theirs.getValue(each));
          expect(getSpan(ours)).toBe(trace.getSpan(theirs));
          // Contexts are immutable: the context before the step is unchanged.
          expect(keys.map(each => lightBefore.getValue(each))).toEqual(before);
        }
      }),
    );
  });

  it('has the values of hundreds of keys', () => {
    let ours = setSpan(ROOT_CONTEXT, createSpan());
    const keys = Array.from({ length: 500 }, (_, i) => createContextKey(`light context many ${i}`));
    for (const [i, key] of keys.entries()) ours = ours.setValue(key, i);
    expect(keys.every((key, i) => ours.getValue(key) === i)).toBe(true);
    expect(getSpan(ours)).toBeDefined();
  });

  it('inherits suppression, and a child can end it', () => {
    const key = createContextKey('light context suppressed');
    const inside = setSpan(suppressTracing(setSpan(ROOT_CONTEXT, createSpan())), createSpan()).setValue(
      key,
      1,
    );
    expect(isSuppressed(inside)).toBe(true);
    expect(isSuppressed(unsuppressTracing(inside))).toBe(false);
    expect(inside.getValue(key)).toBe(1);
  });

  it('replaces its own span only', () => {
    const [one, other] = [createSpan(), createSpan()];
    const light = setSpan(ROOT_CONTEXT, one);
    expect(light).toBeInstanceOf(LightContext);
    (light as LightContext).replaceSpan(other, createSpan());
    expect(getSpan(light)).toBe(one);
    (light as LightContext).replaceSpan(one, other);
    expect(getSpan(light)).toBe(other);
  });
});

describe('a light context in the context manager of OpenTelemetry', () => {
  beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
  afterEach(() => context.disable());

  it('stays active across awaits, timers and callbacks', async () => {
    const one = createSpan();
    const light = setSpan(ROOT_CONTEXT, one);
    const seen = await context.with(light, async () => {
      await Promise.resolve();
      return new Promise(resolve => setImmediate(() => resolve(trace.getActiveSpan())));
    });
    expect(seen).toBe(one);
    expect(context.bind(light, () => trace.getActiveSpan())()).toBe(one);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
