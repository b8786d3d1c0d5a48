import { afterEach, describe, expect, it } from 'vitest';
import { setSpanAttribute, setSpanAttributes } from '../../../src/span/set-attributes.js';
import { trace } from '../../../src/span/trace.js';
import { getNestedKeys } from '../../../src/spans/nested-attributes.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

describe.each([
  ['our provider', startOwnTracing],
  ['a foreign provider', startForeignTracing],
])('attributes set on %s', (_, start) => {
  it('are converted, and null and undefined are left out', () => {
    tracing = start();
    trace.span('work', span => {
      setSpanAttribute(span, 'when', new Date(0));
      setSpanAttribute(span, 'gone', null);
      setSpanAttributes(span, { big: 2n ** 70n, list: [1, 'x'], missing: undefined }, 'trace.setAttributes');
      setSpanAttributes(span, undefined, 'trace.setAttributes');
    });
    expect(tracing.span('work').attributes).toEqual({
      when: '1970-01-01T00:00:00.000Z',
      big: (2n ** 70n).toString(),
      list: '[1,"x"]',
    });
  });

  it('are reported if they cannot be recorded, and the others are kept', () => {
    tracing = start();
    const attributes = {
      a: 1,
      work: () => 1,
      get bad(): never {
        throw new Error('getter');
      },
      b: 2,
    };
    const captured = captureDiagnostics(() =>
      trace.span('work', span => {
        setSpanAttributes(span, attributes, 'trace.setAttributes');
        setSpanAttributes(span, 'text', 'trace.setAttributes');
      }),
    );
    expect(tracing.span('work').attributes).toEqual({ a: 1, b: 2 });
    expect(captured.map(({ code, source }) => [code, source])).toContainEqual(['attribute_dropped', 'bad']);
    expect(captured.map(({ code, source }) => [code, source])).toContainEqual([
      'argument_ignored',
      'trace.setAttributes',
    ]);
  });
});

it('an object remains nested on our provider', () => {
  tracing = startOwnTracing();
  trace.span('work', span => setSpanAttribute(span, 'plan', { name: 'a' }));
  expect(tracing.span('work').attributes).toEqual({ plan: '{"name":"a"}' });
  expect(getNestedKeys(tracing.span('work').attributes)).toEqual(new Set(['plan']));
});
