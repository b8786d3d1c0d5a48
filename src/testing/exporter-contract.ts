// What every exporter must keep to, as named checks that run in any test runner.

import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { pluralize } from '../core/pluralize.js';
import { withTimeout } from '../core/with-timeout.js';
import type { ExporterStats } from '../delivery/stats.js';
import type { Exporter, ExporterContext } from '../exporters/exporter.js';
import { createTestContext, createTestSpan, createEdgeCaseSpans } from './contract-fixture.js';

/** Makes the exporter that is looked at; called anew for each check. */
export type MakeExporter = () => Exporter | Promise<Exporter>;

/** What of the exporter's world the checks may use; what is left out is not looked at. */
export interface ExporterHarness {
  /** The names of all spans that have arrived so far, read where they arrive. */
  readonly received?: () => readonly string[] | Promise<readonly string[]>;
  /** Makes the exporter with nobody at the other end. */
  readonly down?: MakeExporter;
  /** The environment that the exporter sees. @default {} */
  readonly env?: ExporterContext['env'];
  /** Milliseconds that a flush and a shutdown may take. @default 3000 */
  readonly limitMs?: number;
}

/** One promise that exporters make. */
export interface ContractCheck {
  readonly name: string;
  /** Rejects with what was expected and what came instead. */
  run(): Promise<void>;
}

/** An exporter that was switched on. */
interface Started {
  readonly exporter: Exporter;
  readonly processor: SpanProcessor;
  end(...spans: readonly ReadableSpan[]): void;
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}

const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
// Over the limit for what is no fault of the exporter: a busy machine, a garbage collection.
const GRACE_MS = 2_000;

/**
 * The checks that every exporter passes.
 *
 * @param make makes the exporter
 * @param harness what the checks may know of its other end
 * @example
 * for (const { name, run } of exporterContract(() => jsonLines(url), { received })) test(name, run);
 */
export function exporterContract(make: MakeExporter, harness: ExporterHarness = {}): ContractCheck[] {
  const { received, down, env = {}, limitMs = 3_000 } = harness;

  async function on(making: MakeExporter, look: (started: Started) => Promise<void>): Promise<void> {
    const exporter = await making();
    const processor = exporter.processor(createTestContext(env, limitMs));
    const controls = exporter.controls?.();
    const inTime = async (verb: string, work: Promise<void>): Promise<void> => {
      const outcome = await withTimeout(work, limitMs + GRACE_MS);
      expect(outcome.status !== 'timeout', `${verb} ends within ${limitMs} ms`);
    };
    const started: Started = {
      exporter,
      processor,
      end: (...spans) => {
        for (const span of spans) processor.onEnd(span);
      },
      flush: () => inTime('flush', controls?.flush(limitMs) ?? processor.forceFlush()),
      shutdown: () => inTime('shutdown', controls?.shutdown(limitMs) ?? processor.shutdown()),
    };
    try {
      await look(started);
    } finally {
      await started.shutdown();
    }
  }

  const check = (name: string, look: (started: Started) => Promise<void>): ContractCheck => ({
    name,
    run: () => on(make, look),
  });

  return [
    check('has a name, and an endpoint without user and password', async ({ exporter }) => {
      expect(typeof exporter.name === 'string' && exporter.name !== '', 'the name is a text');
      expect(!/\/\/[^/]*:[^/]*@/.test(exporter.endpoint ?? ''), 'the endpoint shows no password');
    }),
    check('takes spans of every shape', async ({ end, exporter, flush }) => {
      end(...createEdgeCaseSpans());
      await flush();
      addsUp(exporter.stats?.());
    }),
    check('delivers at a flush what has ended', async ({ end, flush, exporter }) => {
      const spans = [createTestSpan(), createTestSpan(), createTestSpan()];
      // An exporter that keeps what it has got, as memory() does, may be the same one for all checks.
      const before = exporter.stats?.() ?? { ended: 0, sent: 0 };
      end(...spans);
      await flush();
      await arrived(spans, received, 1);
      const after = exporter.stats?.() ?? { ended: 3, sent: 3, queued: 0 };
      const [ended, sent, queued] = [after.ended - before.ended, after.sent - before.sent, after.queued];
      expect(ended === 3 && queued === 0, `three spans ended and none waits, not ${ended} and ${queued}`);
      if (received !== undefined) expect(sent === 3, `three spans were sent, not ${sent}`);
    }),
    check('delivers spans of kept traces only', async ({ end, flush, exporter }) => {
      if (exporter.sees === 'every') return;
      const kept = createTestSpan();
      const left = createTestSpan({ sampled: false });
      end(left, kept);
      await flush();
      await arrived([kept], received, 1);
      await arrived([left], received, 0);
      const { unsampled } = exporter.stats?.() ?? { unsampled: 1 };
      expect(unsampled === 1, `one span was left out, not ${unsampled}`);
    }),
    check('has numbers that add up at any moment', async ({ end, flush, shutdown, exporter }) => {
      addsUp(exporter.stats?.());
      end(createTestSpan(), createTestSpan({ sampled: false }), createTestSpan());
      addsUp(exporter.stats?.());
      await flush();
      addsUp(exporter.stats?.());
      await shutdown();
      addsUp(exporter.stats?.());
    }),
    check('delivers at shutdown what is left, and bears a second one', async ({ end, shutdown, flush }) => {
      const span = createTestSpan();
      end(span);
      await shutdown();
      await arrived([span], received, 1);
      await shutdown();
      await flush();
    }),
    check('bears spans that end after shutdown', async ({ end, shutdown, exporter }) => {
      await shutdown();
      end(createTestSpan());
      addsUp(exporter.stats?.());
    }),
    {
      name: 'answers a check before, while and after it runs',
      async run() {
        await answers(await make());
        await on(make, async ({ exporter, shutdown }) => {
          await answers(exporter);
          await shutdown();
          await answers(exporter);
        });
      },
    },
    check('makes the same link for the same ids, and throws for none', async ({ exporter }) => {
      const url = exporter.url?.(IDS);
      expect(url === exporter.url?.(IDS), 'the link is the same twice');
      if (url !== undefined) expect(URL.canParse(url), `the link is a URL, not ${url}`);
      exporter.url?.({ traceId: '', spanId: '' });
    }),
    ...(down === undefined ? [] : [bearsSilence(down, on)]),
    {
      name: 'leaves nothing behind that keeps a process alive',
      async run() {
        const before = openResources();
        await on(make, async ({ end, flush }) => {
          end(createTestSpan());
          await flush();
        });
        await closed(before, limitMs);
      },
    },
  ];
}

function bearsSilence(
  down: MakeExporter,
  on: (making: MakeExporter, look: (started: Started) => Promise<void>) => Promise<void>,
): ContractCheck {
  return {
    name: 'with nobody at the other end: ends in time, and counts what it could not deliver',
    run: () =>
      on(down, async ({ end, flush, shutdown, exporter }) => {
        end(createTestSpan(), createTestSpan());
        await flush();
        addsUp(exporter.stats?.());
        await answers(exporter);
        await shutdown();
        const { sent, queued } = exporter.stats?.() ?? { sent: 0, queued: 0 };
        expect(sent === 0 && queued === 0, `nothing was sent and nothing waits, not ${sent} and ${queued}`);
        addsUp(exporter.stats?.());
      }),
  };
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the exporter does not keep to this: ${what}`);
}

/** Every ended span is in exactly one place. */
function addsUp(stats: ExporterStats | undefined): void {
  if (stats === undefined) return;
  const { ended, unsampled, queued, spooled, sent, rejected, dropped } = stats;
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const placed = queued + spooled + sent + rejected + lost;
  expect(
    ended - unsampled === placed,
    `ended - unsampled (${ended - unsampled}) is queued + spooled + sent + rejected + dropped (${placed})`,
  );
}

async function arrived(
  spans: readonly ReadableSpan[],
  received: ExporterHarness['received'],
  times: number,
): Promise<void> {
  if (received === undefined) return;
  const names = await received();
  for (const { name } of spans) {
    const found = names.filter(each => each === name).length;
    expect(found === times, `the span '${name}' arrived ${pluralize(times, 'time')}, not ${found}`);
  }
}

async function answers(exporter: Exporter): Promise<void> {
  const { name, status, message } = await exporter.check();
  const isWhole = name !== '' && message !== '' && ['ok', 'warning', 'error'].includes(status);
  expect(isWhole, 'a check has a name, a status and a message');
}

/** What keeps the process alive, by kind. */
function openResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** Waits until no more sockets and files are open than before; a socket's other end takes a moment to close. */
async function closed(before: ReadonlyMap<string, number>, limitMs: number): Promise<void> {
  const more = (): string[] =>
    [...openResources()]
      .filter(([kind, count]) => /TCP|TLS|Pipe|FS|UDP/.test(kind) && count > (before.get(kind) ?? 0))
      .map(([kind]) => kind);
  const deadline = performance.now() + limitMs + GRACE_MS;
  while (more().length > 0 && performance.now() < deadline) {
    await new Promise<void>(resolve => void setTimeout(resolve, 5));
  }
  expect(more().length === 0, `nothing is left open, not ${more().join(', ')}`);
}
