// The whole way to one backend: name, connection, TLS, an empty request, a real span, the clock, and whether the span is there.

import type { Check } from '../core/check.js';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '../core/suppression.js';
import { maskEndpoint } from '../core/endpoint.js';
import { readPartialSuccess } from '../delivery/otlp/export-response.js';
import { unusableProxy } from '../delivery/http/proxy.js';
import type { Answered } from '../delivery/transport.js';
import { examineClock } from './clock.js';
import { diagnoseAnswer, diagnoseFailure, type Patient } from './failure-diagnosis.js';
import { makeDoctorSpan } from './doctor-span.js';
import { examineConnection, examineName, examineTls, ms, proxyVariable } from './network.js';
import { readBack } from './verify-stored.js';
import { createAsker, EMPTY } from './requests.js';
import { type ConnectionTarget, fault, good, type Way, wayTo } from './target.js';
import { type DoctorWorld, systemWorld } from './host-system.js';

/**
 * Examines the way to a backend, with the settings and through the transport of delivery. Never rejects, and ends within the
 * destination's `timeoutMs` (10 seconds at most) a step.
 *
 * @param target the destination
 * @param world the machine; another one in tests
 * @returns one check whose message is what matters most, and the steps
 */
export async function examineDestination(
  target: ConnectionTarget,
  world: DoctorWorld = systemWorld,
): Promise<Check> {
  const way = wayTo(target);
  // The examination itself must leave no span behind.
  const steps = await context.with(suppressTracing(ROOT_CONTEXT), () => walk(target, way, world));
  return summary(target.destination.name, steps, `${way.shown} accepts spans`);
}

/** A check that says what the worst of its steps says. */
export function summary(name: string, steps: readonly Check[], allWell: string): Check {
  const worst =
    steps.find(({ status }) => status === 'error') ?? steps.find(({ status }) => status === 'warning');
  if (worst === undefined) return { name, status: 'ok', message: allWell, steps };
  const { status, message, why, fix } = worst;
  return { name, status, message, ...(why && { why }), ...(fix && { fix }), steps };
}

async function walk(target: ConnectionTarget, way: Way, world: DoctorWorld): Promise<Check[]> {
  const steps: Check[] = [];
  const failed = (check: Check): boolean => {
    steps.push(check);
    return check.status === 'error';
  };
  if (way.proxy !== undefined) {
    steps.push(
      good('proxy', `${proxyVariable(way)} or ALL_PROXY: by way of ${maskEndpoint(way.proxy.origin)}`),
    );
  }
  const unusable = unusableProxy(way.endpoint, target.env);
  if (unusable !== undefined) {
    steps.push(
      fault('proxy', `${maskEndpoint(unusable)} is no proxy of HTTP, and is not used`, {
        status: 'warning',
        why: 'Requests go the direct way, which a network with a proxy may not let through.',
        fix: `Name one that begins with http:// or https:// in ${proxyVariable(way)}, or ${way.endpoint.hostname} in NO_PROXY.`,
      }),
    );
  }
  if (failed(await examineName(way, world))) return steps;
  if (failed(await examineConnection(way, world))) return steps;
  // Through a proxy TLS is spoken with the backend inside its tunnel: the requests show whether that works.
  if (way.isTls && way.proxy === undefined && failed(await examineTls(way, target.destination.tls, world)))
    return steps;
  steps.push(...(await exchange(target, way, world)));
  return steps;
}

/** The requests, and what their answers tell. */
async function exchange(target: ConnectionTarget, way: Way, world: DoctorWorld): Promise<Check[]> {
  const asker = createAsker(target, way, world);
  const patient: Patient = { target, way, asker };
  const empty = await asker.ask(EMPTY);
  if (empty.outcome.kind === 'failed') return [await diagnoseFailure('request', empty.outcome, patient)];
  if (empty.outcome.kind !== 'answered') return [unsendable()];
  const clock = examineClock(empty.outcome, empty.sentMs, empty.receivedMs);
  const refused = await diagnoseAnswer('request', empty.outcome, EMPTY, patient);
  // Some products refuse a request without spans; only the span tells then.
  if (refused?.status === 'error' && empty.outcome.status !== 400) return [refused, clock];
  const took = ms(empty.receivedMs - empty.sentMs);
  const first =
    refused ?? good('request', `an empty one is answered with ${empty.outcome.status} in ${took}`);

  const span = await makeDoctorSpan(target);
  if (span === undefined) return [first, clock, unsendable()];
  const real = await asker.ask(span.bytes);
  if (real.outcome.kind === 'failed')
    return [first, await diagnoseFailure('span', real.outcome, patient), clock];
  if (real.outcome.kind !== 'answered') return [first, unsendable(), clock];
  const fault = await diagnoseAnswer('span', real.outcome, span.bytes, patient);
  if (fault?.status === 'error')
    return [first.status === 'error' ? fault : first, fault, clock].filter(isFirst);
  const emptyStep = first.status === 'error' ? tolerated(first) : first;
  const sent = partialOf(real.outcome, way) ?? fault;
  const tookSpan = ms(real.receivedMs - real.sentMs);
  const detail = `${real.outcome.wireBytes} bytes${way.compression === 'gzip' ? ', gzip' : ''}`;
  const spanStep = sent ?? good('span', `accepted in ${tookSpan} (${detail})`);
  if (spanStep.status !== 'ok') return [emptyStep, spanStep, clock];
  return [emptyStep, spanStep, clock, await readBack(target, way, span, world)];
}

/** What is true of a backend that refuses a request without spans and takes one with a span. */
function tolerated({ name }: Check): Check {
  return good(name, 'an empty one is refused with 400, as some products do');
}

function partialOf(answer: Answered, { shown }: Way): Check | undefined {
  const { rejected, message } = readPartialSuccess(answer.body, answer.contentType);
  if (rejected === 0 && message === '') return undefined;
  const said = message === '' ? 'no reason given' : message;
  if (rejected === 0) {
    return fault('span', `${shown} took the span with a warning: ${said}`, {
      status: 'warning',
      why: 'The backend wants something to change, and may refuse spans later.',
      fix: 'Do what it says.',
    });
  }
  return fault('span', `${shown} took the request and refused the span: ${said}`, {
    why: 'Refused spans are gone; trace.stats() counts them as rejected.',
    fix: 'Do what the reason says; where there is none, look at the log of the backend and at the limits of the account.',
  });
}

function unsendable(): Check {
  return fault('span', 'no span can be made for this destination', {
    why: 'Every span is dropped before it is sent.',
    fix: "Look at the exporter's 'shape', if it is one of your own.",
  });
}

function isFirst(check: Check, index: number, all: readonly Check[]): boolean {
  return all.indexOf(check) === index;
}
