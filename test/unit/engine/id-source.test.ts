// Trace SDK, "Id Generators"; W3C Trace Context Level 2, random flag.

import { RandomIdGenerator } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { createIdSource } from '../../../src/engine/id-source.js';
import { RANDOM_FLAG } from '../../../src/spans/trace-flags.js';
import { contextWith, createTestEngine } from '../../support/engine-fixture.js';

const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

describe('the ids of a provider', () => {
  it('have the random flag if they are our own or those of OpenTelemetry’s generator', () => {
    const generator = { generateTraceId: () => IDS.traceId, generateSpanId: () => IDS.spanId };
    expect(createTestEngine({ idGenerator: generator }).tracer.startSpan('a').spanContext()).toMatchObject({
      ...IDS,
      traceFlags: 1,
    });
    expect(
      createTestEngine({ idGenerator: new RandomIdGenerator() }).tracer.startSpan('a').spanContext()
        .traceFlags,
    ).toBe(3);
  });

  it('are generated on first use only if they are our own', () => {
    const own = createIdSource({ generateTraceId: () => IDS.traceId, generateSpanId: () => IDS.spanId });
    expect(own).toMatchObject({ rootFlags: RANDOM_FLAG, isLazy: true });
    expect([own.generateTraceId(), own.generateSpanId()]).toEqual([IDS.traceId, IDS.spanId]);
  });
});

describe('an id generator that', () => {
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['returns nothing', () => undefined],
    ['returns zeros', () => '0'.repeat(32)],
    ['returns a short text', () => 'abc'],
  ])('%s is reported once, and our own ids replace its ids', (_, generate) => {
    const idGenerator = {
      generateTraceId: generate as () => string,
      generateSpanId: generate as () => string,
    };
    const { tracer, captured } = createTestEngine({ idGenerator });
    const parent = tracer.startSpan('a');
    const child = tracer.startSpan('b', {}, contextWith(parent));
    expect(parent.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(child.spanContext()).toMatchObject({
      traceId: parent.spanContext().traceId,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(captured).toEqual([
      expect.objectContaining({ level: 'warn', code: 'callback_failed', source: 'id generator' }),
    ]);
  });
});
