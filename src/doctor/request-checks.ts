// Sends an empty request and a span to a backend, and checks the responses, the clock and the stored span.

import type { Check } from '../core/check.js';
import { readPartialSuccess } from '../delivery/otlp/export-response.js';
import { ACCEPTED_WITH_WARNING, PARTIAL_SUCCESS } from '../delivery/send/failure-table.js';
import type { TransportResponse } from '../delivery/transport.js';
import { checkClock } from './clock.js';
import { createFaultCheck, createOkCheck } from './check-results.js';
import { createDoctorSpan } from './doctor-span.js';
import { diagnoseFailure, diagnoseResponse } from './failure-diagnosis.js';
import { formatElapsed } from './format-duration.js';
import type { HostSystem } from './host-system.js';
import type { ProbeContext } from './probe-context.js';
import type { ProbeTarget } from './probe-target.js';
import { createProber, EMPTY_REQUEST, type ProbeResult } from './prober.js';
import type { Route } from './route.js';
import { verifyStored } from './verify-stored.js';

/** Checks the responses of a backend to requests. */
export async function checkRequests(target: ProbeTarget, route: Route, system: HostSystem): Promise<Check[]> {
  const context: ProbeContext = { target, route, prober: createProber(target, route, system) };
  const probe = await context.prober.probe(EMPTY_REQUEST);
  const { result } = probe;
  if (result.kind === 'failure') return [await diagnoseFailure('request', result, context)];
  if (result.kind !== 'response') return [createUnencodableCheck(route)];
  const clock = checkClock(result, probe, route.exporterName);
  const fault = await diagnoseResponse('request', result, EMPTY_REQUEST, context);
  // Some products reject a request without spans, so that only the span shows whether they accept spans.
  if (fault?.status === 'error' && result.status !== 400) return [fault, clock];
  const elapsed = formatElapsed(probe.receivedMs - probe.sentMs);
  const request =
    fault ?? createOkCheck('request', `an empty request is accepted with ${result.status} in ${elapsed}`);
  return checkSpan(request, clock, context, system);
}

/** Sends the span. An empty request that was rejected is no fault if the span is accepted. */
async function checkSpan(
  request: Check,
  clock: Check,
  context: ProbeContext,
  system: HostSystem,
): Promise<Check[]> {
  const { target, route, prober } = context;
  const span = await createDoctorSpan(target);
  if (span === undefined) return [request, clock, createUnencodableCheck(route)];
  const probe = await prober.probe(span.bytes);
  const { result } = probe;
  if (result.kind === 'failure') return [request, await diagnoseFailure('span', result, context), clock];
  if (result.kind !== 'response') return [request, createUnencodableCheck(route), clock];
  const fault = await diagnoseResponse('span', result, span.bytes, context);
  if (fault?.status === 'error') return request.status === 'error' ? [fault, clock] : [request, fault, clock];
  const requestStep = request.status === 'error' ? createToleratedRequestCheck() : request;
  const spanStep =
    createPartialSuccessCheck(result, route) ?? fault ?? createAcceptedSpanCheck(probe, result, route);
  if (spanStep.status !== 'ok') return [requestStep, spanStep, clock];
  return [requestStep, spanStep, clock, await verifyStored(target, route, span, system)];
}

function createToleratedRequestCheck(): Check {
  return createOkCheck('request', 'an empty request is rejected with 400, as some products do');
}

function createAcceptedSpanCheck(
  { sentMs, receivedMs }: ProbeResult,
  { wireBytes }: TransportResponse,
  { compression }: Route,
): Check {
  const detail = `${wireBytes} bytes${compression === 'gzip' ? ', gzip' : ''}`;
  return createOkCheck('span', `accepted in ${formatElapsed(receivedMs - sentMs)} (${detail})`);
}

function createPartialSuccessCheck(response: TransportResponse, route: Route): Check | undefined {
  const { displayEndpoint, exporterName: source } = route;
  const { rejected, message } = readPartialSuccess(response.body, response.contentType);
  if (rejected === 0 && message === '') return undefined;
  const reason = message === '' ? 'no reason given' : message;
  if (rejected === 0) {
    const { code, why, fix } = ACCEPTED_WITH_WARNING;
    const fact = `${displayEndpoint} accepted the span with a warning: ${reason}`;
    return createFaultCheck('span', { code, message: fact, why, fix, source }, 'warning');
  }
  const { code, why, fix } = PARTIAL_SUCCESS;
  const fact = `${displayEndpoint} accepted the request and rejected the span: ${reason}`;
  return createFaultCheck('span', { code, message: fact, why, fix, source });
}

function createUnencodableCheck({ exporterName }: Route): Check {
  return createFaultCheck('span', {
    code: 'span_unencodable',
    message: 'no span can be encoded for this destination',
    why: 'Every span is dropped before it is sent.',
    fix: 'If the exporter is your own, check the shape that it gives to deliver().',
    source: exporterName,
  });
}
