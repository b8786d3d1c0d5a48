// Further members of the running exporters of this package, under a symbol that is not part of the public interface. The
// symbol is global, because an exporter of the CommonJS build may be given to init() of the ESM build.

import type { ReadableSpan, SpanProcessor } from '../core/sdk-types.js';
import type { Delivery } from '../delivery/index.js';
import type { SpanBuffer } from '../spans/span-buffer.js';
import type { StartedExporter } from './exporter.js';

const MEMBERS: unique symbol = Symbol.for('@do/trace/started-exporter') as never;

/** The further members of a running exporter. */
export interface InternalMembers {
  /** The processor that the exporter was started with. */
  readonly processor: SpanProcessor;
  /** `'every'`: it receives every ended span, sampled or not. @default 'kept' */
  readonly sees?: 'kept' | 'every';
  /** Buffers spans in the exporter's encoding until the tail sampler has decided. */
  readonly buffer?: SpanBuffer;
  /** Milliseconds for a flush without another limit. */
  readonly flushTimeoutMs?: number;
  /** Saves or counts all queued spans, synchronously, before the process exits. */
  rescue?(): void;
  /** Whether a flush would deliver nothing. */
  isIdle?(): boolean;
  /** Takes a span that has started and whose end is not passed to the processor. */
  leaveOut?(span: ReadableSpan): void;
}

/** Adds the further members. A copy of the object by spread keeps them. */
export function withInternalMembers(started: StartedExporter, members: InternalMembers): StartedExporter {
  return { ...started, [MEMBERS]: members } as StartedExporter;
}

/**
 * The further members of a running exporter. The application may have replaced the processor by one in front of it, which
 * must see every span, so the buffer of the original processor is left out then.
 */
export function internalMembersOf(started: StartedExporter): Partial<InternalMembers> {
  const members = (started as { readonly [MEMBERS]?: InternalMembers })[MEMBERS];
  if (members === undefined || members.processor === started.processor) return members ?? {};
  const { buffer: _, ...others } = members;
  return others;
}

/** The running exporter of a delivery. */
export function startedDelivery(delivery: Delivery): StartedExporter {
  const { processor, buffer, flushTimeoutMs } = delivery;
  return withInternalMembers(
    {
      processor,
      flush: ({ timeoutMs }) => delivery.flush(timeoutMs),
      shutdown: ({ timeoutMs }) => delivery.shutdown(timeoutMs),
      stats: () => delivery.stats(),
    },
    {
      processor,
      buffer,
      flushTimeoutMs,
      rescue: () => delivery.rescue(),
      isIdle: () => delivery.isIdle(),
    },
  );
}
