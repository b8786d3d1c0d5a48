// The size of a span in OTLP protobuf, for queues of span objects that are limited in bytes.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { ByteWriter } from '../../protobuf/writer.js';
import { writeSpan } from '../otlp/encode-span.js';
import { MAX_SPAN_MIB } from './batch.js';
import { explainUnencodable, type UnencodableReason } from './unencodable.js';

const MAX_SPAN_BYTES = MAX_SPAN_MIB * 1024 * 1024;

/** Measures encoded spans. Its buffer is reused. */
export class EncodedSizeMeter {
  readonly #scratch = new ByteWriter(MAX_SPAN_BYTES);

  /** Returns the size in bytes, or the reason for which the span cannot be encoded. Never throws. */
  measure(span: ReadableSpan): number | UnencodableReason {
    this.#scratch.reset();
    try {
      writeSpan(this.#scratch, span);
      return this.#scratch.pos;
    } catch (error) {
      return explainUnencodable(error);
    }
  }
}
