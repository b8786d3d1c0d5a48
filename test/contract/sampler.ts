// The contract of every sampler of this package, on our provider and on OpenTelemetry's.

import {
  type Attributes,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  type TracerConfig,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { adjustedCount } from '../../src/spans/ot-tracestate.js';
import { createIds } from '../../src/core/ids.js';
import { TracerProvider } from '../../src/engine/index.js';

/** A sampler, and its differences from the others. */
export interface SamplerCase {
  /** Creates a new sampler: an adaptive one has a state. */
  readonly create: () => Sampler;
  /** Whether a sampled remote parent is always followed. */
  readonly followsRemote: boolean;
  /** Whether it is one of OpenTelemetry's own, for everything or nothing. These neither write nor read thresholds. */
  readonly isBuiltIn?: boolean;
}

const PROVIDERS: readonly (readonly [string, (config: TracerConfig) => BasicTracerProvider])[] = [
  ['our provider', config => new TracerProvider(config)],
  ['OpenTelemetry’s provider', config => new BasicTracerProvider(config)],
];

const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const IDS = createIds();
const SPAN_ID = 'b7ad6b7169203331';
/** The id that every ratio above 2^-56 samples, and the id that no ratio below 1 samples. */
const HIGHEST = '0af7651916cd43dd84ffffffffffffff';
const LOWEST = '0af7651916cd43dd8400000000000000';

/** Runs the contract for one sampler. */
export function samplerContract(
  name: string,
  { create, followsRemote, isBuiltIn = false }: SamplerCase,
): void {
  const sample = (
    parent: Partial<SpanContext> | undefined,
    { traceId = parent?.traceId ?? HIGHEST, attributes = {} as Attributes, sampler = create() } = {},
  ): SamplingResult => {
    const parentContext = { traceId, spanId: SPAN_ID, traceFlags: 0, ...parent };
    const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parentContext);
    return sampler.shouldSample(context, traceId, 'GET', SpanKind.SERVER, attributes, []);
  };

  describe(name, () => {
    it('returns a decision for everything that a provider can pass', () => {
      const throwing = Object.defineProperty({}, 'url.path', {
        enumerable: true,
        get: () => {
          throw new Error('boom');
        },
      }) as Attributes;
      const parents: (Partial<SpanContext> | undefined)[] = [
        undefined,
        { traceId: '', spanId: '' },
        { traceId: '0'.repeat(32) },
        { traceFlags: 255, isRemote: true },
        { traceState: {} as never },
        { traceState: 'ot=th:0' as never, isRemote: true },
        ...['', 'th:', 'th:0', 'th:xyz', ';;', 'rv:12', `x:${'y'.repeat(300)}`].flatMap(value =>
          [0, 1].map(traceFlags => ({
            traceFlags,
            isRemote: true,
            traceState: createTraceState().set('ot', value),
          })),
        ),
      ];
      for (const parent of parents) {
        for (const attributes of [{}, throwing]) {
          const { decision } = sample(parent, { attributes, traceId: parent?.traceId ?? HIGHEST });
          expect([NOT_RECORD, RECORD, RECORD_AND_SAMPLED]).toContain(decision);
        }
      }
      expect(typeof create().toString()).toBe('string');
    });

    it('decides by its documented inputs only: equal calls have equal results', () => {
      for (let i = 0; i < 50; i++) {
        const traceId = IDS.generateTraceId();
        const results = [1, 2].map(() => sample(undefined, { traceId }));
        expect(results[0]?.decision).toBe(results[1]?.decision);
        expect(results[0]?.traceState?.serialize()).toBe(results[1]?.traceState?.serialize());
      }
    });

    it('treats an invalid parent as none', () => {
      for (const traceId of [HIGHEST, LOWEST]) {
        const invalid = { traceId, spanId: '0'.repeat(16), traceFlags: 1, isRemote: true };
        expect(sample(invalid, { traceId }).decision).toBe(sample(undefined, { traceId }).decision);
      }
    });

    it(`${followsRemote ? 'follows' : 'ignores'} a sampled remote parent`, () => {
      const parent = { traceFlags: TraceFlags.SAMPLED, isRemote: true };
      const withoutParent = sample(undefined, { traceId: LOWEST }).decision;
      const expected = followsRemote ? RECORD_AND_SAMPLED : withoutParent;
      expect(sample(parent, { traceId: LOWEST }).decision).toBe(expected);
    });

    it.each([TraceFlags.NONE, TraceFlags.SAMPLED])('follows a local parent: flag %d', traceFlags => {
      for (const traceId of [HIGHEST, LOWEST]) {
        const { decision } = sample({ traceFlags, traceId });
        if (traceFlags === TraceFlags.SAMPLED) expect(decision).toBe(RECORD_AND_SAMPLED);
        else expect(decision).not.toBe(RECORD_AND_SAMPLED);
      }
    });

    it('leaves other members of tracestate unchanged, in their order', () => {
      for (const flags of [0, 1]) {
        for (const isRemote of [false, true]) {
          for (const ot of ['', 'ot=th:c,', 'ot=rv:6e6d1a75832a2f;x:y,', 'ot=th:0;x:y,']) {
            const traceState = createTraceState(`${ot}vendor=a:b,other@x=1`);
            const result = sample({ traceFlags: flags, isRemote, traceState }).traceState ?? traceState;
            expect(members(result.serialize()).filter(each => !each.startsWith('ot='))).toEqual([
              'vendor=a:b',
              'other@x=1',
            ]);
            const fields = result.get('ot')?.split(';') ?? [];
            const otherFields = ot.includes('x:y') ? ['x:y'] : [];
            expect(fields.filter(field => field === 'x:y')).toEqual(otherFields);
          }
        }
      }
    });

    it('limits tracestate to 32 members and 512 characters, and drops the oldest', () => {
      const many = Array.from({ length: 32 }, (_, i) => `k${i}=v`).join(',');
      const long = Array.from({ length: 8 }, (_, i) => `k${i}=${'v'.repeat(i === 7 ? 59 : 60)}`).join(',');
      expect(long.length).toBe(510);
      for (const list of [many, long]) {
        for (const traceFlags of [0, 1]) {
          const traceState = createTraceState(list);
          const result = sample({ traceFlags, isRemote: true, traceState }).traceState ?? traceState;
          const text = result.serialize();
          expect(members(text).length).toBeLessThanOrEqual(32);
          expect(text.length).toBeLessThanOrEqual(512);
          expect(`${list},`).toContain(
            `${members(text)
              .filter(each => !each.startsWith('ot='))
              .join(',')},`,
          );
          // The next service must be able to read it.
          expect(createTraceState(text).serialize()).toBe(text);
        }
      }
    });

    it(isBuiltIn ? 'writes no threshold' : 'writes no threshold for a span that is not sampled', () => {
      for (const parent of [
        undefined,
        ...[0, 1].map(traceFlags => ({
          traceFlags,
          isRemote: true,
          traceState: createTraceState('ot=th:fd70a'),
        })),
      ]) {
        for (const traceId of [HIGHEST, LOWEST]) {
          const result = sample(parent, { traceId });
          if (isBuiltIn) {
            expect(result.traceState).toBeUndefined();
            continue;
          }
          const { decision, traceState = parent?.traceState } = result;
          if (decision !== RECORD_AND_SAMPLED) expect(adjustedCount(traceState)).toBeUndefined();
        }
      }
    });

    for (const [providerName, createProvider] of PROVIDERS) {
      describe(`on ${providerName}`, () => {
        const tracerWith = (sampler: Sampler) => createProvider({ sampler }).getTracer('test');
        const flagOf = (span: Span): number => span.spanContext().traceFlags & TraceFlags.SAMPLED;

        it('applies the decision about a local root to all spans below it', () => {
          const tracer = tracerWith(create());
          for (let i = 0; i < 100; i++) {
            const root = tracer.startSpan(`root${i % 3}`, { attributes: { i } }, ROOT_CONTEXT);
            let parent = root;
            for (const kind of [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT]) {
              parent = tracer.startSpan('GET /healthz', { kind }, trace.setSpan(ROOT_CONTEXT, parent));
              expect(flagOf(parent)).toBe(flagOf(root));
              expect(parent.isRecording()).toBe(root.isRecording());
              expect(adjustedCount(parent.spanContext().traceState)).toBe(
                adjustedCount(root.spanContext().traceState),
              );
            }
          }
        });

        it('records no span in a suppressed context', () => {
          const span = tracerWith(create()).startSpan('quiet', {}, suppressTracing(ROOT_CONTEXT));
          expect(span.isRecording()).toBe(false);
          expect(flagOf(span)).toBe(0);
        });

        it('starts a span under any parent', () => {
          const tracer = tracerWith(create());
          for (const traceState of [undefined, createTraceState('ot=th:zz'), createTraceState('ot=;;')]) {
            for (const ids of [
              { traceId: 'x', spanId: 'y' },
              { traceId: HIGHEST, spanId: SPAN_ID },
            ]) {
              const parent = {
                ...ids,
                traceFlags: 1,
                isRemote: true,
                ...(traceState === undefined ? {} : { traceState }),
              };
              tracer.startSpan('child', {}, trace.setSpanContext(ROOT_CONTEXT, parent)).end();
            }
          }
        });
      });
    }
  });
}

function members(text: string): string[] {
  return text === '' ? [] : text.split(',');
}
