// The assertions of the exporter contract. Each throws an error that names the broken rule.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { pluralize } from '../core/pluralize.js';
import type { PartialStats } from '../delivery/stats.js';
import type { Exporter } from '../exporters/exporter.js';

const POLL_MS = 5;

/**
 * Asserts a rule.
 *
 * @param holds whether the exporter follows the rule
 * @param rule the rule, as a clause
 */
export function assertRule(holds: boolean, rule: string): void {
  if (!holds) throw new Error(`the exporter breaks a rule: ${rule}`);
}

/** Asserts that every ended span is counted in exactly one place. */
export function assertStatsAddUp(stats: PartialStats | undefined): void {
  if (stats === undefined) return;
  const { ended = 0, unsampled = 0, held = 0, queued = 0, spooled = 0 } = stats;
  const { sent = 0, rejected = 0, dropped = {} } = stats;
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const counted = held + queued + spooled + sent + rejected + lost;
  assertRule(
    ended - unsampled === counted,
    `ended - unsampled (${ended - unsampled}) is held + queued + spooled + sent + rejected + dropped (${counted})`,
  );
}

/**
 * Asserts how often each span has arrived.
 *
 * @param received returns the names of all received spans; without it nothing is asserted
 */
export async function assertReceived(
  spans: readonly ReadableSpan[],
  received: (() => readonly string[] | Promise<readonly string[]>) | undefined,
  times: number,
): Promise<void> {
  if (received === undefined) return;
  const names = await received();
  for (const { name } of spans) {
    const found = names.filter(each => each === name).length;
    assertRule(found === times, `the span '${name}' arrives ${pluralize(times, 'time')}, not ${found}`);
  }
}

/** Asserts that the check of an exporter resolves with a complete result, if it has one. */
export async function assertCheckResolves(exporter: Exporter): Promise<void> {
  if (exporter.check === undefined) return;
  const { name, status, message } = await exporter.check();
  const isComplete = name !== '' && message !== '' && ['ok', 'warning', 'error'].includes(status);
  assertRule(isComplete, 'a check has a name, a status and a message');
}

/** Counts the resources that keep the process alive, by kind. */
export function countActiveResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/**
 * Waits until no more sockets and files are open than before, because the other end of a socket closes a moment later.
 *
 * @param before the counts before the exporter was started
 * @param timeoutMs the time limit in milliseconds
 */
export async function assertResourcesReleased(
  before: ReadonlyMap<string, number>,
  timeoutMs: number,
): Promise<void> {
  const additional = (): string[] =>
    [...countActiveResources()]
      .filter(([kind, count]) => /TCP|TLS|Pipe|FS|UDP/.test(kind) && count > (before.get(kind) ?? 0))
      .map(([kind]) => kind);
  const deadline = performance.now() + timeoutMs;
  while (additional().length > 0 && performance.now() < deadline) {
    await new Promise<void>(resolve => void setTimeout(resolve, POLL_MS));
  }
  assertRule(additional().length === 0, `no resource stays open (open: ${additional().join(', ')})`);
}
