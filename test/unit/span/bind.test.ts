import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { getActiveSpan } from '../../../src/span/active-span.js';
import { bind } from '../../../src/span/bind.js';
import { runInSpan } from '../../../src/span/span.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

const activeSpanId = (): string | undefined => getActiveSpan()?.spanContext().spanId;

it('returns the function or the emitter itself without a provider', () => {
  const fn = (): number => 7;
  const emitter = new EventEmitter();
  expect(bind(fn)).toBe(fn);
  expect(bind(emitter)).toBe(emitter);
  expect(Object.hasOwn(emitter, 'emit')).toBe(false);
});

it('reports a target that is neither function nor emitter, and returns it', () => {
  const target = {};
  const captured = captureDiagnostics(() => expect(bind(target as never)).toBe(target));
  expect(captured).toMatchObject([
    { code: 'function_missing', fix: 'Pass a function or an event emitter to trace.bind.' },
  ]);
});

describe('a bound function', () => {
  it('runs in the context of the call to bind', () => {
    tracing = startOwnTracing();
    const [span, bound] = runInSpan('work', undefined, span => [span, bind(() => getActiveSpan())] as const);
    expect(bound()?.spanContext()).toEqual(span.spanContext());
  });

  it('runs without a context after the shutdown', async () => {
    tracing = startOwnTracing();
    const bound = runInSpan('work', undefined, () => bind((a: number) => [a, getActiveSpan()]));
    await tracing.stop();
    tracing = undefined;
    expect(bound(1)).toEqual([1, undefined]);
  });

  it('may be a class, which is constructed in the context', () => {
    tracing = startOwnTracing();
    class Job {
      static created = 0;
      readonly spanId = activeSpanId();
      constructor() {
        Job.created++;
      }
    }
    const [id, Bound] = runInSpan(
      'work',
      undefined,
      span => [span.spanContext().spanId, bind(Job as never)] as const,
    );
    const job = new (Bound as unknown as typeof Job)();
    expect([job.spanId, job instanceof Job, (Bound as unknown as typeof Job).created]).toEqual([id, true, 1]);
  });
});

describe('a bound emitter', () => {
  it('runs all listeners in the context, and keeps their identity', () => {
    tracing = startOwnTracing();
    const emitter = new EventEmitter();
    const seen: (string | undefined)[] = [];
    const listener = function listen(this: unknown, value: number): void {
      seen.push(activeSpanId());
      expect([this, value]).toEqual([emitter, 7]);
    };
    emitter.on('done', listener);
    const id = runInSpan('work', undefined, span => {
      expect(bind(emitter)).toBe(emitter);
      return span.spanContext().spanId;
    });
    emitter.once('done', listener);
    runInSpan('other', undefined, () => expect(emitter.emit('done', 7)).toBe(true));
    expect(seen).toEqual([id, id]);
    expect(emitter.listeners('done')).toEqual([listener]);
    emitter.off('done', listener);
    expect(emitter.emit('done', 7)).toBe(false);
    expect(Object.keys(emitter)).toEqual(Object.keys(new EventEmitter()));
  });

  it('runs in the context of the latest call to bind, and without one after the shutdown', async () => {
    tracing = startOwnTracing();
    const emitter = new EventEmitter();
    const seen: (string | undefined)[] = [];
    emitter.on('done', () => seen.push(activeSpanId()));
    const ids = ['first', 'second'].map(name =>
      runInSpan(name, undefined, span => {
        bind(emitter);
        return span.spanContext().spanId;
      }),
    );
    emitter.emit('done');
    await tracing.stop();
    tracing = undefined;
    emitter.emit('done');
    expect(seen).toEqual([ids[1], undefined]);
  });

  it('is returned unchanged if it is frozen, with a diagnostic', () => {
    tracing = startOwnTracing();
    const emitter = Object.freeze(new EventEmitter());
    const captured = captureDiagnostics(() => expect(bind(emitter)).toBe(emitter));
    expect(captured.map(({ code, source }) => [code, source])).toEqual([['argument_ignored', 'trace.bind']]);
  });
});
