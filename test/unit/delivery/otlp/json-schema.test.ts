// The schema against the definitions of OTLP: each message has their fields, by number, name and wire type.

import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { type Form, type Message, REQUEST } from '../../../../src/delivery/otlp/json-schema.js';

const definitions = protobuf.loadSync(
  fileURLToPath(new URL('../../../fixtures/otlp/trace.proto', import.meta.url)),
);

const WIRE_TYPES: Readonly<Record<string, number>> = {
  string: 2,
  bytes: 2,
  bool: 0,
  int64: 0,
  uint32: 0,
  enum: 0,
  fixed64: 1,
  double: 1,
  fixed32: 5,
};

const FORMS: Readonly<Record<string, readonly Form[]>> = {
  string: ['string'],
  bytes: ['hex', 'base64'],
  bool: ['bool'],
  int64: ['int64'],
  uint32: ['uint32'],
  enum: ['uint32'],
  fixed64: ['nanoseconds'],
  double: ['double'],
  fixed32: ['flags'],
};

/** Each message of the schema with its definition. */
function collect(message: Message, type: protobuf.Type, found = new Map<Message, protobuf.Type>()) {
  if (found.has(message)) return found;
  found.set(message, type);
  for (const [number, field] of message.entries()) {
    if (field === undefined || typeof field.form === 'string') continue;
    const resolved = type.fieldsById[number]?.resolve().resolvedType;
    if (resolved instanceof protobuf.Type) collect(field.form, resolved, found);
    else expect.unreachable(`field ${number} of ${type.name} is not a message`);
  }
  return found;
}

const MESSAGES = [...collect(REQUEST, definitions.lookupType('ExportTraceServiceRequest'))].map(
  ([message, type]) => ({ name: type.name, message, type }),
);

describe('REQUEST', () => {
  it('contains the messages of a request', () => {
    expect(MESSAGES.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'ResourceSpans',
        'Resource',
        'ScopeSpans',
        'Span',
        'Event',
        'Link',
        'Status',
        'AnyValue',
      ]),
    );
  });

  it.each(MESSAGES)('has the fields of $name', ({ message, type }) => {
    const fields = Object.values(type.fieldsById).map(field => {
      const { resolvedType } = field.resolve();
      const kind =
        resolvedType instanceof protobuf.Type ? 'message' : resolvedType === null ? field.type : 'enum';
      return { field, kind };
    });
    for (const { field, kind } of fields) {
      const own = message[field.id];
      if (own === undefined) {
        // OTLP has added fields that our encoder does not write.
        expect(['entity_refs', 'entityRefs', 'string_value_strindex', 'key_strindex']).toContain(field.name);
        continue;
      }
      const wireType = kind === 'message' ? 2 : WIRE_TYPES[kind];
      expect([own.tag >>> 3, own.tag & 7], field.name).toEqual([field.id, wireType]);
      expect(own.repeated, field.name).toBe(field.repeated);
      const jsonName = field.name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
      expect(Buffer.from(own.label).toString()).toBe(`"${jsonName}":${field.repeated ? '[' : ''}`);
      if (kind !== 'message') expect(FORMS[kind], field.name).toContain(own.form);
    }
    expect(message.filter(field => field !== undefined).length).toBeLessThanOrEqual(fields.length);
  });
});
