// The contract of exporters as named checks for any test runner.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { omitUndefined } from '../core/omit-undefined.js';
import { withTimeout } from '../core/with-timeout.js';
import type { ExporterStats } from '../delivery/stats.js';
import { emptyStats } from '../exporters/exporter-state.js';
import type { Exporter, ExporterContext } from '../exporters/exporter.js';
import { internalMembersOf } from '../exporters/started-exporter.js';
import {
  assertCheckResolves,
  assertReceived,
  assertResourcesReleased,
  assertRule,
  assertStatsAddUp,
  countActiveResources,
} from './contract-assertions.js';
import { createEdgeCaseSpans, createTestContext, createTestSpan } from './contract-fixture.js';

/** Creates the exporter under test. It is called for each check. */
export type MakeExporter = () => Exporter | Promise<Exporter>;

/** The environment of the exporter under test. Rules that need a missing member are not checked. */
export interface ExporterHarness {
  /** Returns the names of all spans that the backend has received so far. */
  readonly received?: (() => readonly string[] | Promise<readonly string[]>) | undefined;
  /** Creates an exporter whose backend is down. */
  readonly down?: MakeExporter | undefined;
  /** The environment variables of the exporter. @default {} */
  readonly env?: ExporterContext['env'] | undefined;
  /** Milliseconds for a flush and for a shutdown. @default 3000 */
  readonly limitMs?: number | undefined;
}

/** One rule of the contract. */
export interface ContractCheck {
  readonly name: string;
  /** Rejects with the broken rule. */
  run(): Promise<void>;
}

/** An exporter that is running. */
interface RunningExporter {
  readonly exporter: Exporter;
  /** Whether it receives every span, sampled or not. */
  readonly seesEverySpan: boolean;
  /** Missing counts are 0. Undefined if the exporter has no statistics. */
  stats(): ExporterStats | undefined;
  endSpans(...spans: readonly ReadableSpan[]): void;
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Starts an exporter, runs a test with it, and shuts it down. */
type RunWithExporter = (
  make: MakeExporter,
  test: (running: RunningExporter) => Promise<void>,
) => Promise<void>;

const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
// Added to the limit for delays that are not caused by the exporter: a busy machine, a garbage collection.
const GRACE_MS = 2_000;

/**
 * Returns the checks that every exporter passes.
 *
 * @param make creates the exporter
 * @param harness the environment of the exporter
 * @example
 * for (const { name, run } of exporterContract(() => jsonLines(url), { received })) test(name, run);
 */
export function exporterContract(make: MakeExporter, harness: ExporterHarness = {}): ContractCheck[] {
  const { received, down, env = {}, limitMs = 3_000 } = harness;
  const runWithExporter = createRunner(env, limitMs);
  const check = (name: string, test: (running: RunningExporter) => Promise<void>): ContractCheck => ({
    name,
    run: () => runWithExporter(make, test),
  });

  return [
    check('has a name, and an endpoint without user and password', async ({ exporter }) => {
      assertRule(typeof exporter.name === 'string' && exporter.name !== '', 'the name is a non-empty string');
      assertRule(!/\/\/[^/]*:[^/]*@/.test(exporter.endpoint ?? ''), 'the endpoint shows no password');
    }),
    check('accepts spans of every kind', async ({ endSpans, flush, stats }) => {
      endSpans(...createEdgeCaseSpans());
      await flush();
      assertStatsAddUp(stats());
    }),
    check('delivers ended spans at a flush', async ({ endSpans, flush, stats }) => {
      const spans = [createTestSpan(), createTestSpan(), createTestSpan()];
      // An exporter that keeps its spans, such as memory(), may be the same for all checks.
      const before = stats() ?? { ended: 0, sent: 0 };
      endSpans(...spans);
      await flush();
      await assertReceived(spans, received, 1);
      const after = stats() ?? { ended: 3, sent: 3, queued: 0 };
      const [ended, sent, queued] = [after.ended - before.ended, after.sent - before.sent, after.queued];
      assertRule(
        ended === 3 && queued === 0,
        `of three spans 3 are ended and 0 queued, not ${ended} and ${queued}`,
      );
      if (received !== undefined) assertRule(sent === 3, `three spans are sent, not ${sent}`);
    }),
    check('delivers spans of kept traces only', async ({ endSpans, flush, stats, seesEverySpan }) => {
      if (seesEverySpan) return;
      const sampled = createTestSpan();
      const notSampled = createTestSpan({ sampled: false });
      endSpans(notSampled, sampled);
      await flush();
      await assertReceived([sampled], received, 1);
      await assertReceived([notSampled], received, 0);
      const { unsampled } = stats() ?? { unsampled: 1 };
      assertRule(unsampled === 1, `one span is counted as unsampled, not ${unsampled}`);
    }),
    check('has statistics that add up at any moment', async ({ endSpans, flush, shutdown, stats }) => {
      assertStatsAddUp(stats());
      endSpans(createTestSpan(), createTestSpan({ sampled: false }), createTestSpan());
      assertStatsAddUp(stats());
      await flush();
      assertStatsAddUp(stats());
      await shutdown();
      assertStatsAddUp(stats());
    }),
    check('delivers queued spans at shutdown, and accepts a second shutdown', async running => {
      const span = createTestSpan();
      running.endSpans(span);
      await running.shutdown();
      await assertReceived([span], received, 1);
      await running.shutdown();
      await running.flush();
    }),
    check('accepts spans that end after shutdown', async ({ endSpans, shutdown, stats }) => {
      await shutdown();
      endSpans(createTestSpan());
      assertStatsAddUp(stats());
    }),
    {
      name: 'resolves a check before, during and after its run',
      async run() {
        await assertCheckResolves(await make());
        await runWithExporter(make, async ({ exporter, shutdown }) => {
          await assertCheckResolves(exporter);
          await shutdown();
          await assertCheckResolves(exporter);
        });
      },
    },
    check('returns the same link for the same ids, and throws for none', async ({ exporter }) => {
      const url = exporter.url?.(IDS);
      assertRule(url === exporter.url?.(IDS), 'the same ids have the same link');
      if (url !== undefined) assertRule(URL.canParse(url), `the link is a URL, not ${url}`);
      exporter.url?.({ traceId: '', spanId: '' });
    }),
    ...(down === undefined ? [] : [createDownCheck(down, runWithExporter)]),
    {
      name: 'leaves no resource open that keeps a process alive',
      async run() {
        const before = countActiveResources();
        await runWithExporter(make, async ({ endSpans, flush }) => {
          endSpans(createTestSpan());
          await flush();
        });
        await assertResourcesReleased(before, limitMs + GRACE_MS);
      },
    },
  ];
}

function createRunner(env: ExporterContext['env'], limitMs: number): RunWithExporter {
  return async (make, test) => {
    const exporter = await make();
    const started = exporter.start(createTestContext(exporter.name, env, limitMs));
    const { processor } = started;
    const assertInTime = async (method: string, work: Promise<void>): Promise<void> => {
      const { status } = await withTimeout(work, limitMs + GRACE_MS);
      assertRule(status !== 'timeout', `${method} ends within ${limitMs} ms`);
    };
    const running: RunningExporter = {
      exporter,
      seesEverySpan: internalMembersOf(started).sees === 'every',
      stats: () =>
        started.stats === undefined
          ? undefined
          : { ...emptyStats(exporter.name), ...omitUndefined(started.stats()) },
      endSpans: (...spans) => {
        for (const span of spans) processor.onEnd(span);
      },
      flush: () => assertInTime('flush', started.flush?.({ timeoutMs: limitMs }) ?? processor.forceFlush()),
      shutdown: () =>
        assertInTime('shutdown', started.shutdown?.({ timeoutMs: limitMs }) ?? processor.shutdown()),
    };
    try {
      await test(running);
    } finally {
      await running.shutdown();
    }
  };
}

function createDownCheck(down: MakeExporter, runWithExporter: RunWithExporter): ContractCheck {
  return {
    name: 'keeps the time limit and counts undelivered spans while the backend is down',
    run: () =>
      runWithExporter(down, async ({ endSpans, flush, shutdown, stats, exporter }) => {
        endSpans(createTestSpan(), createTestSpan());
        await flush();
        assertStatsAddUp(stats());
        await assertCheckResolves(exporter);
        await shutdown();
        const { sent, queued } = stats() ?? { sent: 0, queued: 0 };
        assertRule(
          sent === 0 && queued === 0,
          `no span is sent and none is queued, not ${sent} and ${queued}`,
        );
        assertStatsAddUp(stats());
      }),
  };
}
