import { ROOT_CONTEXT, type Span, SpanStatusCode } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/index.js';
import type { TailSampler } from '../../../src/sampling/tail/tail-sampler.js';
import { type TraceOverride, TraceOverrides } from '../../../src/sampling/trace-overrides.js';
import { overrideSampling } from '../../../src/setup/sampling-override.js';
import { type CapturedDiagnostic, captureDiagnostics } from '../../support/captured-diagnostics.js';
import { contextWith, createTestEngine } from '../../support/engine-fixture.js';
import { isolateTracing, startTracing } from '../../support/start-tracing.js';
import { makeTailSpan, startTailSampler } from '../../support/tail-sampler-fixture.js';

interface Outcome {
  readonly holds: boolean;
  /** The override of the trace afterwards. */
  readonly stored: TraceOverride | undefined;
  readonly captured: readonly CapturedDiagnostic[];
}

function override(
  span: Pick<Span, 'spanContext'>,
  decision: TraceOverride,
  { overrides = new TraceOverrides(), tail }: { overrides?: TraceOverrides; tail?: TailSampler } = {},
): Outcome {
  let holds: boolean | undefined;
  const captured = captureDiagnostics(() => {
    holds = overrideSampling(span as Span, decision, overrides, tail);
  });
  return { holds: holds === true, stored: overrides.get(span.spanContext().traceId), captured };
}

/** A span whose trace has an ended child or none, and is sampled or not. */
function startSpan({ hasEndedChild = false, isSampled = true } = {}): Span {
  const { tracer } = createTestEngine(isSampled ? {} : { sampler: new AlwaysOffSampler() });
  const span = tracer.startSpan('root', {}, ROOT_CONTEXT);
  if (hasEndedChild) tracer.startSpan('child', {}, contextWith(span)).end();
  return span;
}

describe('without a tail sampler', () => {
  it.each([
    // [sampled, a span has ended, override, holds, stored]
    [true, false, 'keep', true, undefined],
    [true, true, 'keep', true, undefined],
    [true, false, 'drop', true, 'drop'],
    [true, true, 'drop', false, undefined],
    [false, false, 'keep', false, undefined],
    [false, true, 'keep', false, undefined],
    [false, false, 'drop', true, undefined],
    [false, true, 'drop', true, undefined],
  ] as const)(
    'sampled %s, ended spans %s: %s() returns %s',
    (isSampled, hasEndedChild, decision, holds, stored) => {
      const outcome = override(startSpan({ hasEndedChild, isSampled }), decision);
      expect(outcome).toMatchObject({ holds, stored });
      expect(outcome.captured).toHaveLength(holds ? 0 : 1);
    },
  );

  it('the latest call applies until a span has ended', () => {
    const overrides = new TraceOverrides();
    const { tracer } = createTestEngine();
    const span = tracer.startSpan('root', {}, ROOT_CONTEXT);
    expect(override(span, 'drop', { overrides })).toMatchObject({ holds: true, stored: 'drop' });
    expect(override(span, 'keep', { overrides })).toMatchObject({ holds: true, stored: 'keep' });
    expect(override(span, 'drop', { overrides })).toMatchObject({ holds: true, stored: 'drop' });
    tracer.startSpan('child', {}, contextWith(span)).end();
    expect(override(span, 'drop', { overrides }).holds).toBe(true);
    expect(override(span, 'keep', { overrides })).toMatchObject({ holds: false, stored: 'drop' });
  });

  it.each(['keep', 'drop'] as const)(
    'a late %s() is reported with the option that makes it work',
    decision => {
      const span = startSpan({ hasEndedChild: true, isSampled: decision === 'drop' });
      expect(override(span, decision).captured).toMatchObject([
        {
          level: 'warn',
          code: 'override_too_late',
          message: expect.stringContaining(`trace.${decision}()`),
          fix: expect.stringContaining('sample.keep'),
          source: `trace.${decision}`,
        },
      ]);
    },
  );
});

describe('with a tail sampler', () => {
  it.each(['keep', 'drop'] as const)('%s() decides about a pending trace', decision => {
    const { sampler: tail, start } = startTailSampler();
    const span = makeTailSpan('root');
    start(span);
    expect(override(span, decision, { tail })).toEqual({ holds: true, stored: decision, captured: [] });
  });

  it.each([
    [true, 'keep', true],
    [true, 'drop', false],
    [false, 'keep', false],
    [false, 'drop', true],
  ] as const)('a decided trace that is kept (%s): %s() returns %s', (isKept, decision, holds) => {
    const { sampler: tail, start, end } = startTailSampler();
    const root = makeTailSpan('root');
    const child = makeTailSpan('child', { parent: root });
    for (const span of [root, child]) start(span);
    if (isKept) root.status.code = SpanStatusCode.ERROR;
    end(root);
    const outcome = override(child, decision, { tail });
    expect(outcome).toMatchObject({ holds, stored: undefined });
    expect(outcome.captured.map(({ fix }) => fix)).toEqual(
      holds ? [] : ['Call it before the local root ends.'],
    );
  });

  it.each([true, false])('a trace without a stored decision follows its sampled flag (%s)', sampled => {
    const { sampler: tail } = startTailSampler();
    const span = makeTailSpan('unknown', { sampled });
    expect(override(span, 'keep', { tail }).holds).toBe(sampled);
    expect(override(span, 'drop', { tail }).holds).toBe(!sampled);
  });
});

describe('after handle.update()', () => {
  isolateTracing();

  it.each([1, { ratio: 0, keep: { errors: true } }])(
    'to %j, the tail sampler that has buffered a trace decides about it',
    sample => {
      const { recorded, handle } = startTracing({ sample: { ratio: 0, keep: { errors: true } } });
      trace.span('dropped', root => {
        trace.span('child', () => {});
        handle.update({ sample });
        expect(trace.drop()).toBe(true);
        // A keep reason, against which the override must hold.
        root.setStatus({ code: SpanStatusCode.ERROR });
      });
      expect(recorded.spans).toEqual([]);
    },
  );

  it('keep() of a buffered trace keeps it whole', () => {
    const { recorded, handle } = startTracing({ sample: { ratio: 0, keep: {} } });
    trace.span('root', () => {
      trace.span('child', () => {});
      handle.update({ sample: 0 });
      expect(trace.keep()).toBe(true);
    });
    expect(recorded.spans.map(({ name }) => name)).toEqual(['child', 'root']);
  });

  it.each([0, 1])('to %d, a buffered trace is kept with the spans that start later', sample => {
    const { recorded, handle } = startTracing({ sample: { ratio: 0, keep: { errors: true } } });
    trace.span('root', root => {
      trace.span('before', () => {});
      handle.update({ sample });
      trace.span('after', () => trace.span('grandchild', () => {}));
      root.setStatus({ code: SpanStatusCode.ERROR });
    });
    trace.span('next', () => {});
    const next = sample === 1 ? ['next'] : [];
    expect(recorded.spans.map(({ name }) => name)).toEqual([
      'before',
      'grandchild',
      'after',
      'root',
      ...next,
    ]);
  });
});
