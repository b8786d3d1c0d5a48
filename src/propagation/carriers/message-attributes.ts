// MessageAttributes of SQS and SNS. A message may have ten, and one too many makes AWS refuse the message,
// so the whole context takes a single attribute:
//
//   traceparent:  { DataType: 'String', StringValue: '00-…' }                          when that is all there is
//   tracecontext: { DataType: 'String', StringValue: '{"traceparent":"00-…","baggage":"…"}' }   when there is more
//
// Read are both, the fields as attributes of their own (as OpenTelemetry's AWS instrumentation writes them), and the
// shapes in which Lambda hands over SQS and SNS events.

import { refused } from '../rejected-header.js';
import { type CarrierStorage, decodeText } from './access.js';
import { parseFoldedFields } from './folded-fields.js';

/** Attributes that a message may have. */
export const MAX_MESSAGE_ATTRIBUTES = 10;

const FOLDED = 'tracecontext';

/** Whether an object holds message attributes. May throw on hostile values. */
export function isMessageAttributes(carrier: object): boolean {
  return Object.values(carrier).some(
    one =>
      typeof one === 'object' && one !== null && ('DataType' in one || 'dataType' in one || 'Type' in one),
  );
}

/** A store on message attributes. */
export function createMessageAttributesStorage(carrier: object): CarrierStorage {
  const attributes = carrier as Record<string, unknown>;
  const folded = (): Record<string, unknown> => parseFoldedFields(attributeText(attributes[FOLDED]));
  return {
    kind: 'message attributes',
    read: name => attributeText(attributes[String(name)]) ?? folded()[String(name)],
    write(name, value) {
      const alone = soleField(attributes);
      const fields = {
        ...(alone === undefined ? {} : { [alone]: attributeText(attributes[alone]) }),
        ...folded(),
      };
      fields[String(name)] = value;
      const [only, more] = Object.keys(fields);
      const target = more === undefined && only !== undefined ? only : FOLDED;
      const room = alone !== undefined || FOLDED in attributes || target in attributes;
      if (!room && Object.keys(attributes).length >= MAX_MESSAGE_ATTRIBUTES) {
        refused(
          'message attributes carrier',
          `all ${MAX_MESSAGE_ATTRIBUTES} attributes are in use, writing`,
          name,
        );
        return;
      }
      // Written before the former one is taken away: an object that refuses the write keeps what it had.
      attributes[target] = {
        DataType: 'String',
        StringValue: target === FOLDED ? JSON.stringify(fields) : value,
      };
      if (alone !== undefined && alone !== target) delete attributes[alone];
    },
    names: () => [...Object.keys(attributes), ...Object.keys(folded())],
  };
}

/** The attribute that a former write put under a field's own name. */
function soleField(attributes: Record<string, unknown>): string | undefined {
  return Object.hasOwn(attributes, 'traceparent') ? 'traceparent' : undefined;
}

/** The text in an attribute, in any of AWS's spellings. */
function attributeText(attribute: unknown): string | undefined {
  if (typeof attribute !== 'object' || attribute === null) return undefined;
  const { StringValue, stringValue, Value, BinaryValue } = attribute as Record<string, unknown>;
  return decodeText(StringValue) ?? decodeText(stringValue) ?? decodeText(Value) ?? decodeText(BinaryValue);
}
