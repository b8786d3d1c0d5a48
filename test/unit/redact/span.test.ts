import { describe, expect, it } from 'vitest';
import { getNestedKeys, parseNested, rememberNested } from '../../../src/spans/nested-attributes.js';
import { createDefaultRedactor } from '../../support/redact/redact-text.js';
import { makeSpan } from '../../support/spans.js';

const { span, attributes } = createDefaultRedactor();

describe('a span', () => {
  it('without a secret is returned as the same object', () => {
    const plain = makeSpan({
      attributes: { 'http.request.method': 'GET', tags: ['a', 'b'] },
      events: [{ name: 'paid', time: [1, 2], attributes: { 'payment.id': 'p-1' } }],
      links: [{ context: makeSpan().spanContext(), attributes: { a: 1 } }],
      status: { code: 2, message: 'no such order' },
    });
    expect(span(plain)).toBe(plain);
    expect(span(plain)).toBe(plain);
  });

  it('with secrets is unchanged, and the result is a view with everything else', () => {
    const given = makeSpan({
      name: 'GET /reset?token=abc123def',
      attributes: { password: 'x1', ok: true },
      events: [
        { name: 'plain', time: [1, 2] },
        { name: 'password=x2y', time: [3, 4], attributes: { 'exception.message': 'token=x3y', n: 1 } },
      ],
      links: [{ context: makeSpan().spanContext(), attributes: { secret: 'x4' } }],
      status: { code: 2, message: 'https://ann:x5@a.example' },
    });
    const before = structuredClone({ ...given, spanContext: undefined, resource: undefined });
    const redacted = span(given);
    expect(structuredClone({ ...given, spanContext: undefined, resource: undefined })).toEqual(before);
    expect(redacted).toMatchObject({
      name: 'GET /reset?token=***',
      attributes: { password: '***', ok: true },
      events: [
        { name: 'plain', time: [1, 2] },
        { name: 'password=***', time: [3, 4], attributes: { 'exception.message': 'token=***', n: 1 } },
      ],
      links: [{ attributes: { secret: '***' } }],
      status: { code: 2, message: 'https://***@a.example' },
      startTime: given.startTime,
      endTime: given.endTime,
    });
    expect(redacted.events[0]).toBe(given.events[0]);
    expect(redacted.spanContext()).toBe(given.spanContext());
  });

  it.each([
    ['name', { name: 'token=x1' }],
    ['attributes', { attributes: { password: 'x1' } }],
    ['events', { events: [{ name: 'e', time: [1, 2], attributes: { pin: 'x1' } }] }],
    ['links', { links: [{ context: makeSpan().spanContext(), attributes: { pin: 'x1' } }] }],
    ['status', { status: { code: 2, message: 'token=x1' } }],
  ] as const)('with a secret in its %s keeps the other parts', (part, parts) => {
    const given = makeSpan(parts as never);
    const redacted = span(given);
    expect(JSON.stringify(redacted[part])).not.toContain('x1');
    for (const other of ['name', 'attributes', 'events', 'links', 'status'] as const) {
      if (other !== part) expect(redacted[other]).toBe(given[other]);
    }
  });

  it('a link or an event without attributes is unchanged', () => {
    const link = { context: makeSpan().spanContext() };
    const given = makeSpan({ name: 'token=x1', links: [link], events: [{ name: 'e', time: [1, 2] }] });
    const redacted = span(given);
    expect(redacted.links[0]).toBe(link);
    expect(redacted.events[0]).toBe(given.events[0]);
  });

  it('nested objects in attributes stay nested objects', () => {
    const given = { customer: '{"name":"ann","password":"x1"}' };
    rememberNested(given, 'customer', {}, given.customer);
    const redacted = attributes(given);
    expect([...(getNestedKeys(redacted) ?? [])]).toEqual(['customer']);
    expect(parseNested(redacted.customer)).toEqual({ name: 'ann', password: '***' });
  });
});
