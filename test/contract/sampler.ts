// What every sampler of ours promises, on our provider and on OpenTelemetry's.

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

/** A sampler, and what is special about it. */
export interface SamplerCase {
  /** A new one each time: an adaptive one learns. */
  readonly make: () => Sampler;
  /** Whether the caller's yes is always followed. */
  readonly followsRemote: boolean;
  /** OpenTelemetry's own, for everything or nothing: it neither writes nor reads thresholds. */
  readonly isStock?: boolean;
}

const PROVIDERS: readonly (readonly [string, (config: TracerConfig) => BasicTracerProvider])[] = [
  ['our provider', config => new TracerProvider(config)],
  ['OpenTelemetry’s provider', config => new BasicTracerProvider(config)],
];

const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const IDS = createIds();
const SPAN_ID = 'b7ad6b7169203331';
/** Ids with which every ratio above 2^-56 says yes, and every one below 1 says no. */
const HIGHEST = '0af7651916cd43dd84ffffffffffffff';
const LOWEST = '0af7651916cd43dd8400000000000000';

/** Holds one sampler to the contract. */
export function samplerContract(name: string, { make, followsRemote, isStock = false }: SamplerCase): void {
  const ask = (
    parent: Partial<SpanContext> | undefined,
    { traceId = parent?.traceId ?? HIGHEST, attributes = {} as Attributes, sampler = make() } = {},
  ): SamplingResult => {
    const above = { traceId, spanId: SPAN_ID, traceFlags: 0, ...parent };
    const from = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, above);
    return sampler.shouldSample(from, traceId, 'GET', SpanKind.SERVER, attributes, []);
  };

  describe(name, () => {
    it('answers a decision for anything a provider can hand it', () => {
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
          const { decision } = ask(parent, { attributes, traceId: parent?.traceId ?? HIGHEST });
          expect([NOT_RECORD, RECORD, RECORD_AND_SAMPLED]).toContain(decision);
        }
      }
      expect(typeof make().toString()).toBe('string');
    });

    it('decides by its documented inputs alone: the same question has the same answer', () => {
      for (let i = 0; i < 50; i++) {
        const traceId = IDS.generateTraceId();
        const answers = [1, 2].map(() => ask(undefined, { traceId }));
        expect(answers[0]?.decision).toBe(answers[1]?.decision);
        expect(answers[0]?.traceState?.serialize()).toBe(answers[1]?.traceState?.serialize());
      }
    });

    it('takes an invalid parent for none', () => {
      for (const traceId of [HIGHEST, LOWEST]) {
        const wrong = { traceId, spanId: '0'.repeat(16), traceFlags: 1, isRemote: true };
        expect(ask(wrong, { traceId }).decision).toBe(ask(undefined, { traceId }).decision);
      }
    });

    it(`${followsRemote ? 'follows' : 'does not listen to'} the yes of a caller`, () => {
      const parent = { traceFlags: TraceFlags.SAMPLED, isRemote: true };
      const alone = ask(undefined, { traceId: LOWEST }).decision;
      const expected = followsRemote ? RECORD_AND_SAMPLED : alone;
      expect(ask(parent, { traceId: LOWEST }).decision).toBe(expected);
    });

    it.each([TraceFlags.NONE, TraceFlags.SAMPLED])('follows a span of this process: flag %d', traceFlags => {
      for (const traceId of [HIGHEST, LOWEST]) {
        const { decision } = ask({ traceFlags, traceId });
        if (traceFlags === TraceFlags.SAMPLED) expect(decision).toBe(RECORD_AND_SAMPLED);
        else expect(decision).not.toBe(RECORD_AND_SAMPLED);
      }
    });

    it('leaves what others wrote into tracestate as it is, in its order', () => {
      for (const flags of [0, 1]) {
        for (const isRemote of [false, true]) {
          for (const ot of ['', 'ot=th:c,', 'ot=rv:6e6d1a75832a2f;x:y,', 'ot=th:0;x:y,']) {
            const traceState = createTraceState(`${ot}vendor=a:b,other@x=1`);
            const answer = ask({ traceFlags: flags, isRemote, traceState }).traceState ?? traceState;
            expect(members(answer.serialize()).filter(each => !each.startsWith('ot='))).toEqual([
              'vendor=a:b',
              'other@x=1',
            ]);
            const own = answer.get('ot')?.split(';') ?? [];
            const others = ot.includes('x:y') ? ['x:y'] : [];
            expect(own.filter(field => field === 'x:y')).toEqual(others);
          }
        }
      }
    });

    it('keeps tracestate within 32 members and 512 characters, the newest of them', () => {
      const many = Array.from({ length: 32 }, (_, i) => `k${i}=v`).join(',');
      const long = Array.from({ length: 8 }, (_, i) => `k${i}=${'v'.repeat(i === 7 ? 59 : 60)}`).join(',');
      expect(long.length).toBe(510);
      for (const list of [many, long]) {
        for (const traceFlags of [0, 1]) {
          const traceState = createTraceState(list);
          const answer = ask({ traceFlags, isRemote: true, traceState }).traceState ?? traceState;
          const text = answer.serialize();
          expect(members(text).length).toBeLessThanOrEqual(32);
          expect(text.length).toBeLessThanOrEqual(512);
          expect(`${list},`).toContain(
            `${members(text)
              .filter(each => !each.startsWith('ot='))
              .join(',')},`,
          );
          // What the next service reads is what was written.
          expect(createTraceState(text).serialize()).toBe(text);
        }
      }
    });

    it(
      isStock ? 'writes nothing about thresholds' : 'never claims a threshold for what it did not keep',
      () => {
        for (const parent of [
          undefined,
          ...[0, 1].map(traceFlags => ({
            traceFlags,
            isRemote: true,
            traceState: createTraceState('ot=th:fd70a'),
          })),
        ]) {
          for (const traceId of [HIGHEST, LOWEST]) {
            const answer = ask(parent, { traceId });
            if (isStock) {
              expect(answer.traceState).toBeUndefined();
              continue;
            }
            const { decision, traceState = parent?.traceState } = answer;
            if (decision !== RECORD_AND_SAMPLED) expect(adjustedCount(traceState)).toBeUndefined();
          }
        }
      },
    );

    for (const [where, provide] of PROVIDERS) {
      describe(`on ${where}`, () => {
        const tracerWith = (sampler: Sampler) => provide({ sampler }).getTracer('test');
        const flagOf = (span: Span): number => span.spanContext().traceFlags & TraceFlags.SAMPLED;

        it('gives all spans below one local root its decision', () => {
          const tracer = tracerWith(make());
          for (let i = 0; i < 100; i++) {
            const root = tracer.startSpan(`root${i % 3}`, { attributes: { i } }, ROOT_CONTEXT);
            let above = root;
            for (const kind of [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT]) {
              above = tracer.startSpan('GET /healthz', { kind }, trace.setSpan(ROOT_CONTEXT, above));
              expect(flagOf(above)).toBe(flagOf(root));
              expect(above.isRecording()).toBe(root.isRecording());
              expect(adjustedCount(above.spanContext().traceState)).toBe(
                adjustedCount(root.spanContext().traceState),
              );
            }
          }
        });

        it('makes no span in a suppressed context', () => {
          const span = tracerWith(make()).startSpan('quiet', {}, suppressTracing(ROOT_CONTEXT));
          expect(span.isRecording()).toBe(false);
          expect(flagOf(span)).toBe(0);
        });

        it('starts a span whatever its parent is', () => {
          const tracer = tracerWith(make());
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
