import { resourceFromAttributes } from '@opentelemetry/resources';
import { describe, expect, it } from 'vitest';
import { encodeResource, encodeScope } from '../../../../src/delivery/otlp/encode-envelope.js';
import { encodeSpans } from '../../../support/encode-spans.js';
import { decodeRequest, makeSpan } from '../../../support/spans.js';

interface DecodedRequest {
  readonly resourceSpans: readonly {
    readonly resource: unknown;
    readonly schemaUrl: string;
    readonly scopeSpans: readonly { readonly scope: unknown; readonly schemaUrl: string }[];
  }[];
}

const decode = (parts: Parameters<typeof makeSpan>[0]): DecodedRequest['resourceSpans'][number] =>
  (decodeRequest(encodeSpans([makeSpan(parts)])) as DecodedRequest).resourceSpans[0]!;

describe('encodeResource', () => {
  it('has attributes and schema URL', () => {
    const resource = resourceFromAttributes(
      { 'service.name': 'orders' },
      { schemaUrl: 'https://schema.test/1' },
    );
    const decoded = decode({ resource });
    expect(decoded.schemaUrl).toBe('https://schema.test/1');
    expect(decoded.resource).toMatchObject({
      attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }],
    });
  });

  it('encodes the attributes that the shape returns', () => {
    const resource = resourceFromAttributes({ secret: 'x', kept: 'y' });
    const { head } = encodeResource(resource, ({ kept }) => ({ kept }));
    const text = Buffer.from(head).toString('latin1');
    expect(text).toContain('kept');
    expect(text).not.toContain('secret');
  });

  it('accepts a resource without attributes', () => {
    const { head, tail } = encodeResource({ attributes: undefined } as never);
    expect([...head]).toEqual([0x0a, 0x00]);
    expect(tail).toHaveLength(0);
  });
});

describe('encodeScope', () => {
  it('has name, version, attributes and schema URL', () => {
    const scope = {
      name: 'http',
      version: '2',
      schemaUrl: 'https://schema.test/2',
      attributes: { a: 1 },
      droppedAttributesCount: 3,
    };
    const [decoded] = decode({ instrumentationScope: scope }).scopeSpans;
    expect(decoded?.schemaUrl).toBe('https://schema.test/2');
    expect(decoded?.scope).toMatchObject({
      name: 'http',
      version: '2',
      attributes: [{ key: 'a', value: { intValue: '1' } }],
      droppedAttributesCount: 3,
    });
  });

  it('leaves out a version and a schema URL that the scope does not have', () => {
    const { head, tail } = encodeScope({ name: 'a' });
    expect([...head]).toEqual([0x0a, 0x03, 0x0a, 0x01, 0x61]);
    expect(tail).toHaveLength(0);
  });
});
