// The reasons for which a span cannot be encoded.

import { reportFault } from '../../core/guard.js';
import { TooLargeError } from '../../protobuf/writer.js';

/** The reason for which a span cannot be encoded: a drop reason. */
export type UnencodableReason = 'too_large' | 'unreadable';

/**
 * Returns the reason for an exception of the encoder: the span exceeds the limit, or a getter among its values threw, which
 * is reported. Other spans are not affected.
 */
export function explainUnencodable(error: unknown): UnencodableReason {
  if (error instanceof TooLargeError) return 'too_large';
  reportFault('encoding a span', error);
  return 'unreadable';
}
