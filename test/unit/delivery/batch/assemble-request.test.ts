import type { Resource } from '@opentelemetry/resources';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleRequest, type ScopeSection } from '../../../../src/delivery/batch/assemble-request.js';
import { encodeResource, encodeScope } from '../../../../src/delivery/otlp/encode-envelope.js';
import { writeSpan } from '../../../../src/delivery/otlp/encode-span.js';
import { ByteWriter } from '../../../../src/protobuf/writer.js';
import { decodeRequest, makeSpan } from '../../../support/spans.js';

const SCOPES = [{ name: 'a' }, { name: 'b', version: '1', schemaUrl: 'https://example.test/1' }];
const RESOURCES = ['orders', 'payments'].map(
  name =>
    ({ attributes: { 'service.name': name }, schemaUrl: `https://${name}.test` }) as unknown as Resource,
);

function createSection(resource: number, scope: number, names: readonly string[]): ScopeSection {
  const writer = new ByteWriter(1 << 24);
  for (const name of names) writeSpan(writer, makeSpan({ name }));
  return {
    resource: RESOURCES[resource]!,
    scope: SCOPES[scope]!,
    envelope: encodeScope(SCOPES[scope]!),
    writer,
    spanCount: names.length,
  };
}

interface Decoded {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { value: { stringValue: string } }[] };
    readonly schemaUrl: string;
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string };
      readonly schemaUrl: string;
      readonly spans: readonly { readonly name: string }[];
    }[];
  }[];
}

describe('assembleRequest', () => {
  it('groups sections by resource, keeps their order, and leaves out empty ones', () => {
    const section = fc.record({
      resource: fc.nat(1),
      scope: fc.nat(1),
      names: fc.array(fc.string({ maxLength: 300 }), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.array(section, { maxLength: 8 }), parts => {
        const sections = parts.map(({ resource, scope, names }) => createSection(resource, scope, names));
        const batch = assembleRequest(sections, resource => encodeResource(resource));
        const filled = parts.filter(({ names }) => names.length > 0);
        expect(batch.spanCount).toBe(filled.flatMap(({ names }) => names).length);
        const decoded = decodeRequest(batch.bytes) as Decoded;
        const groups = [...new Set(filled.map(({ resource }) => resource))];
        expect(decoded.resourceSpans.map(({ schemaUrl }) => schemaUrl)).toEqual(
          groups.map(index => RESOURCES[index]!.schemaUrl),
        );
        expect(
          decoded.resourceSpans.map(({ scopeSpans }) =>
            scopeSpans.map(({ scope, spans }) => [scope.name, spans.map(({ name }) => name)]),
          ),
        ).toEqual(
          groups.map(index =>
            filled
              .filter(({ resource }) => resource === index)
              .map(({ scope, names }) => [
                SCOPES[scope]!.name,
                names.map(name => Buffer.from(name).toString()),
              ]),
          ),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('asks for each resource once', () => {
    const asked: Resource[] = [];
    assembleRequest([createSection(0, 0, ['a']), createSection(0, 1, ['b'])], resource => {
      asked.push(resource);
      return encodeResource(resource);
    });
    expect(asked).toEqual([RESOURCES[0]]);
  });
});
