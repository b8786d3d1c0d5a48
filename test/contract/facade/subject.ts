// The provider behind the facade in the facade contract.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** Access to the ended spans of the provider under test. */
export interface FacadeSubject {
  readonly spans: () => ReadableSpan[];
  /** Returns the ended span with the name. Throws if there is not exactly one. */
  readonly span: (name: string) => ReadableSpan;
  readonly hasEnded: (name: string) => boolean;
  readonly reset: () => void;
}
