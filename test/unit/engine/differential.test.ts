// Runs the same random programs on OpenTelemetry's tracer and on ours, and compares the exported spans field by field.
// Each intended difference is an entry of INTENDED with its reason. Any other difference fails.

import {
  type Attributes,
  type Context,
  type Exception,
  context,
  type Link,
  ROOT_CONTEXT,
  type Span as ApiSpan,
  type SpanStatus,
  type TimeInput,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { suppressTracing, TraceState } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  type IdGenerator,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanLimits,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TracerProvider } from '../../../src/engine/index.js';
import { CollectingProcessor, toNanoseconds } from '../../support/engine-fixture.js';

type Shape = Record<string, unknown>;

/** The intended differences: the reason, and the conversion of both sides to a common form. */
const INTENDED: readonly { why: string; apply: (shape: Shape) => void }[] = [
  {
    why: 'the random flag of W3C Trace Context Level 2 is kept on children; OpenTelemetry loses it',
    apply: shape => void (shape.flags = Number(shape.flags) & 1),
  },
];

/** Creates ids by counting, so that both sides have the same ids. */
function createCountingIds(): IdGenerator {
  let next = 0;
  const id = (digits: number) => () => (++next).toString(16).padStart(digits, '0');
  return { generateTraceId: id(32), generateSpanId: id(16) };
}

function shapeOf(span: ReadableSpan): Shape {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  // A time that the program did not set differs between the sides. Only its presence is compared.
  const given = (time: [number, number]) => (time[0] < 1_600_000_000 ? time : 'now');
  const shape: Shape = {
    name: span.name,
    kind: span.kind,
    traceId,
    spanId,
    flags: traceFlags,
    traceState: traceState?.serialize(),
    parent: span.parentSpanContext?.spanId,
    start: given(span.startTime),
    end: given(span.endTime),
    positive: toNanoseconds(span.endTime) >= toNanoseconds(span.startTime),
    duration: given(span.startTime) === 'now' || given(span.endTime) === 'now' ? 'some' : span.duration,
    ended: span.ended,
    status: span.status,
    attributes: span.attributes,
    links: span.links.map(link => ({ ...link, context: link.context.spanId })),
    events: span.events.map(event => ({ ...event, time: given(event.time) })),
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
    scope: span.instrumentationScope,
    resource: span.resource.attributes,
  };
  for (const { apply } of INTENDED) apply(shape);
  return shape;
}

const text = fc.string({ maxLength: 8 });
const value = fc.oneof(
  text,
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
  fc.array(fc.integer(), { maxLength: 3 }),
);
// A null attribute of an event or a link is an intended difference with a separate test below: OpenTelemetry keeps and
// counts it there and omits it on spans. Our engine omits it everywhere.
const nonNullValue = value.filter(item => item !== null);
const attributes = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  nonNullValue,
) as fc.Arbitrary<Attributes>;
/** Times before 2020, which differ from the current time. */
const time: fc.Arbitrary<TimeInput | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.tuple(fc.integer({ min: 0, max: 1_500_000_000 }), fc.integer({ min: 0, max: 999_999_999 })),
  fc.integer({ min: 1_000_000_000_000, max: 1_500_000_000_000 }),
  fc.date({ min: new Date(1e9), max: new Date(1.5e12), noInvalidDate: true }),
);
const link: fc.Arbitrary<Link> = fc.record(
  {
    context: fc.record({
      traceId: fc.constant('a'.repeat(32)),
      spanId: fc.constantFrom('b'.repeat(16), '0'.repeat(16)),
      traceFlags: fc.constant(1),
    }),
    attributes,
  },
  { requiredKeys: ['context'] },
);
const status = fc.record(
  { code: fc.constantFrom(0, 1, 2), message: text },
  { requiredKeys: ['code'] },
) as fc.Arbitrary<SpanStatus>;
const options = fc.record(
  {
    kind: fc.constantFrom(0, 1, 2, 3, 4),
    attributes,
    links: fc.array(link, { maxLength: 4 }),
    startTime: time,
    root: fc.boolean(),
  },
  { requiredKeys: [] },
);
const start = fc.record({ op: fc.constant('start' as const), name: text, options, activate: fc.boolean() });
const step = fc.oneof(
  { arbitrary: start, weight: 4 },
  fc.record({
    op: fc.constant('remote' as const),
    flags: fc.integer({ min: 0, max: 255 }),
    state: fc.boolean(),
    valid: fc.boolean(),
  }),
  fc.record({ op: fc.constant('suppress' as const) }),
  fc.record({ op: fc.constant('leave' as const) }),
  fc.record({
    op: fc.constant('attribute' as const),
    at: fc.nat(5),
    key: fc.constantFrom('a', 'b', 'c', 'f'),
    value,
  }),
  fc.record({ op: fc.constant('attributes' as const), at: fc.nat(5), attributes }),
  fc.record({
    op: fc.constant('event' as const),
    at: fc.nat(5),
    name: text,
    attributes: fc.option(attributes, { nil: undefined }),
    time,
  }),
  fc.record({ op: fc.constant('link' as const), at: fc.nat(5), links: fc.array(link, { maxLength: 3 }) }),
  fc.record({ op: fc.constant('status' as const), at: fc.nat(5), status }),
  fc.record({ op: fc.constant('rename' as const), at: fc.nat(5), name: text }),
  fc.record({
    op: fc.constant('exception' as const),
    at: fc.nat(5),
    thrown: fc.constantFrom('text', { name: 'E', message: 'm' }, { code: 12 }, {}),
  }),
  fc.record({ op: fc.constant('end' as const), at: fc.nat(5), time }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const samplers: readonly (() => Sampler)[] = [
  () => new AlwaysOnSampler(),
  () => new AlwaysOffSampler(),
  () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  () =>
    new ParentBasedSampler({ root: new AlwaysOffSampler(), remoteParentNotSampled: new AlwaysOnSampler() }),
  () => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }),
  () => ({
    shouldSample: (_c, _t, name) => ({ decision: name.length % 3, attributes: { sampler: name } }),
    toString: () => 'mine',
  }),
];
const count = fc.constantFrom(undefined, 0, 1, 2, 100);
const limits = fc.record({
  attributeCountLimit: count,
  attributeValueLengthLimit: fc.constantFrom(undefined, 1, 4, 1_000),
  eventCountLimit: count,
  linkCountLimit: count,
  attributePerEventCountLimit: count,
  attributePerLinkCountLimit: count,
}) as fc.Arbitrary<SpanLimits>;

function run(
  ProviderClass: typeof BasicTracerProvider,
  program: readonly Step[],
  sampler: Sampler,
  spanLimits: SpanLimits,
): Shape[] {
  const keeper = new CollectingProcessor();
  const provider = new ProviderClass({
    spanProcessors: [keeper],
    sampler,
    spanLimits,
    idGenerator: createCountingIds(),
  });
  const tracer = provider.getTracer('program', '1', { schemaUrl: 's' });
  const spans: ApiSpan[] = [];
  const contexts: Context[] = [ROOT_CONTEXT];
  const currentContext = (): Context => contexts.at(-1) ?? ROOT_CONTEXT;
  for (const step of program) {
    if (step.op === 'start') {
      const span = context.with(currentContext(), () => tracer.startSpan(step.name, step.options as object));
      spans.push(span);
      if (step.activate) contexts.push(trace.setSpan(currentContext(), span));
      continue;
    }
    if (step.op === 'leave') contexts.pop();
    if (step.op === 'suppress') contexts.push(suppressTracing(currentContext()));
    if (step.op === 'remote') {
      const ids = {
        traceId: step.valid ? 'c'.repeat(32) : 'c',
        spanId: 'd'.repeat(16),
        traceFlags: step.flags,
        isRemote: true,
      };
      contexts.push(
        trace.setSpanContext(
          currentContext(),
          step.state ? { ...ids, traceState: new TraceState('k=v') } : ids,
        ),
      );
    }
    if (!('at' in step)) continue;
    const span = spans[step.at % Math.max(1, spans.length)];
    if (span === undefined) continue;
    if (step.op === 'attribute') span.setAttribute(step.key, step.value as string);
    else if (step.op === 'attributes') span.setAttributes(step.attributes);
    else if (step.op === 'event') span.addEvent(step.name, step.attributes, step.time);
    else if (step.op === 'link') span.addLinks(step.links);
    else if (step.op === 'status') span.setStatus(step.status);
    else if (step.op === 'rename') span.updateName(step.name);
    else if (step.op === 'exception') span.recordException(step.thrown as Exception);
    else span.end(step.time);
  }
  for (const span of spans) span.end();
  return keeper.ended.map(shapeOf);
}

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
afterAll(() => context.disable());

it('every random program exports the same spans as on OpenTelemetry’s tracer, except for intended differences', () => {
  let compared = 0;
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 12, maxLength: 40, size: 'max' }),
      fc.nat(samplers.length - 1),
      limits,
      (program, samplerIndex, spanLimits) => {
        const sampler = samplers[samplerIndex] ?? samplers[0]!;
        const theirs = run(BasicTracerProvider, program, sampler(), spanLimits);
        const ours = run(TracerProvider, program, sampler(), spanLimits);
        expect(ours).toEqual(theirs);
        compared += ours.length;
      },
    ),
    { numRuns: 1_500 },
  );
  expect(compared).toBeGreaterThan(1_000);
});

it('every intended difference exists', () => {
  expect(INTENDED.map(({ why }) => why).every(why => why.length > 20)).toBe(true);
  const remote = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: 'c'.repeat(32),
    spanId: 'd'.repeat(16),
    traceFlags: 3,
    isRemote: true,
  });
  const flags = [BasicTracerProvider, TracerProvider].map(
    ProviderClass => new ProviderClass().getTracer('a').startSpan('a', {}, remote).spanContext().traceFlags,
  );
  expect(flags).toEqual([1, 3]);
  const events = [BasicTracerProvider, TracerProvider].map(ProviderClass => {
    const span = new ProviderClass()
      .getTracer('a')
      .startSpan('a')
      .addEvent('e', { a: null as unknown as string });
    return (span as unknown as ReadableSpan).events[0]!.attributes;
  });
  expect(events).toEqual([{ a: null }, {}]);
});
