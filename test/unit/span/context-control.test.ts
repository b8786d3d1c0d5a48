import { afterEach, describe, expect, it } from 'vitest';
import { getActiveSpan } from '../../../src/span/active-span.js';
import { detached, suppress, withAttributes } from '../../../src/span/context-control.js';
import { trace } from '../../../src/span/trace.js';
import { getNestedKeys } from '../../../src/spans/nested-attributes.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

it('without a provider the functions call the function', () => {
  const fn = (): number => 7;
  expect([detached(fn), suppress(fn), withAttributes({ a: 1 }, fn)]).toEqual([7, 7, 7]);
});

it('detached and suppress remove the active span, and suppress creates none', () => {
  tracing = startOwnTracing();
  trace.span('work', () => {
    expect(detached(() => getActiveSpan())).toBeUndefined();
    suppress(() => trace.span('silent', () => {}));
  });
  expect(tracing.spans().map(({ name }) => name)).toEqual(['work']);
});

describe.each([
  ['our provider', startOwnTracing],
  ['a foreign provider', startForeignTracing],
])('withAttributes on %s', (_, start) => {
  it('sets the attributes on every span that starts inside, under their own attributes', async () => {
    tracing = start();
    await withAttributes({ tenant: 'acme', tier: 'gold' }, async () => {
      trace.span('outer', () => trace.span('inner', { attributes: { tier: 'own' } }, () => {}));
      trace.startSpan('manual').end();
      await Promise.resolve();
      withAttributes({ shop: 7, tenant: undefined }, () => trace.span('nested', () => {}));
    });
    trace.span('outside', () => {});
    const attributesOf = (name: string): unknown => tracing?.span(name).attributes;
    expect(attributesOf('outer')).toEqual({ tenant: 'acme', tier: 'gold' });
    expect(attributesOf('inner')).toEqual({ tenant: 'acme', tier: 'own' });
    expect(attributesOf('manual')).toEqual({ tenant: 'acme', tier: 'gold' });
    expect(attributesOf('nested')).toEqual({ tenant: 'acme', tier: 'gold', shop: 7 });
    expect(attributesOf('outside')).toEqual({});
  });

  it('also for new traces, explicit parents and continued traces, and not in what is sent', () => {
    tracing = start();
    const parent = trace.startSpan('parent');
    const context = trace.withSpan(parent, () => trace.extract({}));
    withAttributes({ tenant: 'acme' }, () => {
      trace.span('root', { root: true }, () => {});
      trace.span('by context', { parent: context }, () => {});
      trace.span('by span', { parent }, () => {});
      trace.detached(() => trace.span('detached', () => {}));
      trace.continue({ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }, 'continued', () => {
        expect(Object.keys(trace.inject())).toEqual(['traceparent']);
      });
    });
    for (const name of ['root', 'by context', 'by span', 'detached', 'continued']) {
      expect(tracing.span(name).attributes).toEqual({ tenant: 'acme' });
    }
    expect(tracing.span('by context').parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
  });

  it('copies the attributes, and reports those that cannot be recorded', () => {
    tracing = start();
    const given = { plan: { name: 'a' }, when: new Date(0), work: (() => 1) as never };
    const captured = captureDiagnostics(() =>
      withAttributes(given, () => {
        given.plan.name = 'b';
        trace.span('work', () => {});
      }),
    );
    expect(tracing.span('work').attributes).toEqual({
      plan: '{"name":"a"}',
      when: '1970-01-01T00:00:00.000Z',
    });
    expect(captured.map(({ code, source }) => [code, source])).toEqual([['attribute_dropped', 'work']]);
  });
});

it('an object of withAttributes remains nested for our provider', () => {
  tracing = startOwnTracing();
  withAttributes({ plan: { name: 'a' } }, () => trace.span('work', () => {}));
  expect(getNestedKeys(tracing.span('work').attributes)).toEqual(new Set(['plan']));
});
