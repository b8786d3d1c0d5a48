// Encodes spans into a request with the batcher of delivery.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect } from 'vitest';
import type { EncodedBatch } from '../../src/delivery/batch/batch.js';
import { SpanBatcher, type SpanBatcherOptions } from '../../src/delivery/batch/span-batcher.js';
import type { SpanShape } from '../../src/delivery/index.js';
import { resource } from './spans.js';
import { VirtualTime } from './virtual-time.js';

/** Creates a batcher whose batches are collected. */
export function startBatcher(options: Partial<SpanBatcherOptions> = {}): {
  batcher: SpanBatcher;
  batches: readonly EncodedBatch[];
  time: VirtualTime;
} {
  const batches: EncodedBatch[] = [];
  const time = new VirtualTime();
  const batcher = new SpanBatcher({
    maxBatchBytes: 1 << 30,
    intervalMs: 1_000,
    resource,
    timers: time,
    onBatch: batch => batches.push(batch),
    ...options,
  });
  return { batcher, batches, time };
}

/**
 * Encodes spans into one batch.
 *
 * @param spans ended spans, all of which must be encodable
 * @param resourceShape adapts the attributes of the resource
 */
export function encodeBatch(
  spans: readonly ReadableSpan[],
  resourceShape?: SpanShape['resource'],
): EncodedBatch {
  const { batcher, batches } = startBatcher({ ...(resourceShape && { resourceShape }) });
  for (const span of spans) expect(batcher.add(span)).toBe('added');
  batcher.close();
  expect(batches).toHaveLength(1);
  const [batch] = batches;
  if (batch === undefined) throw new TypeError('unreachable: there is one batch');
  expect(batch.spanCount).toBe(spans.length);
  return batch;
}

/** Encodes spans into the bytes of one request. */
export function encodeSpans(
  spans: readonly ReadableSpan[],
  resourceShape?: SpanShape['resource'],
): Uint8Array {
  return encodeBatch(spans, resourceShape).bytes;
}
