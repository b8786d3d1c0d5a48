// Verifies that the backend stored the span, with the API of products that have one.

import type { Check } from '../core/check.js';
import type { TlsOptions } from '../delivery/http/tls-options.js';
import { createFaultCheck, createOkCheck, createSkippedCheck } from './check-results.js';
import { type DoctorSpan, SPAN_NAME } from './doctor-span.js';
import { formatElapsed } from './format-duration.js';
import type { HostSystem } from './host-system.js';
import type { ProbeTarget } from './probe-target.js';
import type { Route } from './route.js';
import { isPageOf, type StoredTraceApi, createStoredTraceApis } from './stored-trace-api.js';

const NAME = 'read back';
const LIMIT_MS = 5_000;
const POLL_MS = 200;
const REQUEST_TIMEOUT_MS = 2_000;

/** Looks for the span in the backend. Never rejects. */
export async function verifyStored(
  target: ProbeTarget,
  route: Route,
  span: DoctorSpan,
  system: HostSystem,
): Promise<Check> {
  const { tls } = target.destination;
  for (const api of createStoredTraceApis(target, route)) {
    const page = await system.fetchPage(`${api.base}${api.detectPath}`, REQUEST_TIMEOUT_MS, tls);
    if (page !== undefined && isPageOf(api, page)) return findSpan(api, span, { system, route, tls });
    if (api.isConfigured) return createUnreachableUiCheck(api, route);
  }
  const page = target.url?.(span) ?? `trace ${span.traceId}`;
  return createUnverifiedCheck(`accepted, and there is no API to verify it; look for ${page}`, route);
}

async function findSpan(
  { product, base, tracePath, isGuess = false }: StoredTraceApi,
  { traceId }: DoctorSpan,
  { system, route, tls }: { system: HostSystem; route: Route; tls: TlsOptions | undefined },
): Promise<Check> {
  const { clock } = system;
  const url = `${base}${tracePath(traceId)}`;
  const startMs = clock.monotonicMs();
  for (;;) {
    const page = await system.fetchPage(url, REQUEST_TIMEOUT_MS, tls);
    if (page?.status === 200 && page.text.includes(traceId) && page.text.includes(SPAN_NAME)) {
      return createOkCheck(NAME, `${product} has it: ${url}`);
    }
    if (clock.monotonicMs() - startMs >= LIMIT_MS) break;
    await system.sleep(POLL_MS);
  }
  if (isGuess) {
    return createUnverifiedCheck(
      `accepted, and not shown by the ${product} at ${base}, which may be another backend`,
      route,
    );
  }
  return createFaultCheck(
    NAME,
    {
      code: 'span_not_stored',
      message: `${product} accepted the span and does not show it within ${formatElapsed(LIMIT_MS)} (${url})`,
      why: 'A span that is accepted and not stored is lost. No statistic of this package counts it.',
      fix: 'Check the log and the storage of the backend, and sampling in a Collector in front of it. Try again in a minute.',
      source: route.exporterName,
    },
    'warning',
  );
}

function createUnverifiedCheck(message: string, { exporterName }: Route): Check {
  return createSkippedCheck(NAME, { code: 'storage_unverified', message, source: exporterName });
}

function createUnreachableUiCheck({ product, base }: StoredTraceApi, { exporterName }: Route): Check {
  return createFaultCheck(
    NAME,
    {
      code: 'ui_unreachable',
      message: `${product} does not respond at ${base}`,
      why: 'The span was accepted, and whether it is stored is unknown. The links of trace.url() do not work.',
      fix: 'Correct the ui option of jaeger(), or start its query service.',
      source: exporterName,
    },
    'warning',
  );
}
