// Spans through the collector into the bytes of one request.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect } from 'vitest';
import type { Batch } from '../../src/delivery/batch/batch.js';
import { SpanBatcher } from '../../src/delivery/batch/span-batcher.js';
import type { SpanShape } from '../../src/delivery/index.js';
import { resource } from './spans.js';

/** The bytes of one request with these spans, as this shape has their resource. */
export function encodeSpans(
  spans: readonly ReadableSpan[],
  resourceShape?: SpanShape['resource'],
): Uint8Array {
  const chunks: Batch[] = [];
  const collector = new SpanBatcher({
    maxBatchBytes: 1 << 30,
    intervalMs: 1_000,
    resource,
    ...(resourceShape && { resourceShape }),
    timers: { after: () => () => undefined },
    onBatch: chunk => chunks.push(chunk),
  });
  for (const span of spans) expect(collector.add(span)).toBe('added');
  collector.close();
  expect(chunks).toHaveLength(1);
  const [chunk] = chunks;
  if (chunk === undefined) throw new TypeError('unreachable: one chunk was counted');
  expect(chunk.spanCount).toBe(spans.length);
  return chunk.bytes;
}
