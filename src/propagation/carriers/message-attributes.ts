// MessageAttributes of SQS and SNS. A message may have ten attributes, and AWS rejects a message with more,
// so the whole context takes a single attribute:
//
//   traceparent:  { DataType: 'String', StringValue: '00-…' }                          without tracestate and baggage
//   tracecontext: { DataType: 'String', StringValue: '{"traceparent":"00-…","baggage":"…"}' }   otherwise
//
// Reading accepts both forms, one attribute for each field (as OpenTelemetry's AWS instrumentation writes them), and
// the spellings of SQS and SNS events in Lambda.

import { reportCarrierFailure } from '../propagation-diagnostics.js';
import { type CarrierStorage, decodeText } from './access.js';
import { parseFoldedFields } from './folded-fields.js';

/** Maximum number of attributes of a message. */
export const MAX_MESSAGE_ATTRIBUTES = 10;

const FOLDED = 'tracecontext';

/** Whether an object holds message attributes. May throw if a getter or proxy throws. */
export function isMessageAttributes(carrier: object): boolean {
  return Object.values(carrier).some(
    attribute =>
      typeof attribute === 'object' &&
      attribute !== null &&
      ('DataType' in attribute || 'dataType' in attribute || 'Type' in attribute),
  );
}

/** Creates the storage of message attributes. */
export function createMessageAttributesStorage(carrier: object): CarrierStorage {
  const attributes = carrier as Record<string, unknown>;
  const readFolded = (): Record<string, unknown> => parseFoldedFields(readAttribute(attributes[FOLDED]));
  return {
    kind: 'message attributes',
    read: name => readAttribute(attributes[String(name)]) ?? readFolded()[String(name)],
    write(name, value) {
      const separate = findSeparateField(attributes);
      const fields = {
        ...(separate === undefined ? {} : { [separate]: readAttribute(attributes[separate]) }),
        ...readFolded(),
      };
      fields[String(name)] = value;
      const [first, second] = Object.keys(fields);
      const target = second === undefined && first !== undefined ? first : FOLDED;
      const hasOwnAttribute = separate !== undefined || FOLDED in attributes || target in attributes;
      if (!hasOwnAttribute && Object.keys(attributes).length >= MAX_MESSAGE_ATTRIBUTES) {
        reportCarrierFailure(
          'message attributes carrier',
          `all ${MAX_MESSAGE_ATTRIBUTES} attributes are in use, so ${String(name)} was not written`,
        );
        return;
      }
      // The write comes before the deletion, so that an object that rejects writes keeps its previous attribute.
      attributes[target] = {
        DataType: 'String',
        StringValue: target === FOLDED ? JSON.stringify(fields) : value,
      };
      if (separate !== undefined && separate !== target) delete attributes[separate];
    },
    names: () => [...Object.keys(attributes), ...Object.keys(readFolded())],
  };
}

/** The field that a previous write put into an attribute with its own name. */
function findSeparateField(attributes: Record<string, unknown>): string | undefined {
  return Object.hasOwn(attributes, 'traceparent') ? 'traceparent' : undefined;
}

/** The text in an attribute, in each of the spellings that AWS uses. */
function readAttribute(attribute: unknown): string | undefined {
  if (typeof attribute !== 'object' || attribute === null) return undefined;
  const { StringValue, stringValue, Value, BinaryValue } = attribute as Record<string, unknown>;
  return decodeText(StringValue) ?? decodeText(stringValue) ?? decodeText(Value) ?? decodeText(BinaryValue);
}
