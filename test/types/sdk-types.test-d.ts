// Objects of OpenTelemetry's SDK 1.30, 2.12 and 3.1 fit the types of this package, and processors and samplers of this package
// fit theirs.

import type { Instrumentation as Instrumentation2 } from '@opentelemetry/instrumentation';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { defaultResource, type Resource as Resource2 } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  InMemorySpanExporter,
  type ReadableSpan as ReadableSpan2,
  type Sampler as Sampler2,
  SimpleSpanProcessor,
  type SpanExporter as SpanExporter2,
  type SpanLimits as SpanLimits2,
  type SpanProcessor as SpanProcessor2,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { describe, expectTypeOf, test } from 'vitest';
import type {
  Instrumentation,
  ReadableSpan,
  Resource,
  Sampler,
  SpanExporter,
  SpanLimits,
  SpanProcessor,
} from '../../src/core/sdk-types.js';
import type * as sdk1 from '../fixtures/sdk-declarations/sdk-1.30.js';
import type * as sdk3 from '../fixtures/sdk-declarations/sdk-3.1.js';

describe('the types of OpenTelemetry fit those of this package', () => {
  test('spans and resources', () => {
    expectTypeOf<sdk1.ReadableSpan | ReadableSpan2 | sdk3.ReadableSpan>().toExtend<ReadableSpan>();
    expectTypeOf<sdk1.IResource | Resource2 | sdk3.Resource>().toExtend<Resource>();
    expectTypeOf(defaultResource()).toExtend<Resource>();
  });

  test('processors and exporters', () => {
    expectTypeOf<sdk1.SpanProcessor | SpanProcessor2 | sdk3.SpanProcessor>().toExtend<SpanProcessor>();
    expectTypeOf<sdk1.SpanExporter | SpanExporter2 | sdk3.SpanExporter>().toExtend<SpanExporter>();
    const exporters: SpanExporter[] = [new ConsoleSpanExporter(), new InMemorySpanExporter()];
    const processors: SpanProcessor[] = [
      new BatchSpanProcessor(new ConsoleSpanExporter()),
      new SimpleSpanProcessor(new ConsoleSpanExporter()),
      { onStart() {}, onEnd: (_span: ReadableSpan2) => {}, async forceFlush() {}, async shutdown() {} },
    ];
    expectTypeOf([exporters, processors]).toBeArray();
  });

  test('samplers, limits and instrumentations', () => {
    expectTypeOf<sdk1.Sampler | Sampler2 | sdk3.Sampler>().toExtend<Sampler>();
    expectTypeOf(new TraceIdRatioBasedSampler(0.1)).toExtend<Sampler>();
    expectTypeOf<sdk1.SpanLimits | SpanLimits2 | sdk3.SpanLimits>().toExtend<SpanLimits>();
    expectTypeOf<
      sdk1.Instrumentation | Instrumentation2 | sdk3.Instrumentation
    >().toExtend<Instrumentation>();
    expectTypeOf(new UndiciInstrumentation()).toExtend<Instrumentation>();
  });
});

test('processors and samplers of this package fit the types of OpenTelemetry', () => {
  expectTypeOf<SpanProcessor>().toExtend<sdk1.SpanProcessor & SpanProcessor2 & sdk3.SpanProcessor>();
  expectTypeOf<Sampler>().toExtend<sdk1.Sampler & Sampler2 & sdk3.Sampler>();
});
