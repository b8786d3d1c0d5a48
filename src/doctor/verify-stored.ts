// Whether the span really arrived: asked of those products that can be asked, by their own API.
//
//   trace view   GET /api/traces/<id>      Jaeger   GET /api/traces/<id>      Zipkin   GET /api/v2/trace/<id>

import type { Check } from '../core/check.js';
import { type DoctorSpan, SPAN_NAME } from './doctor-span.js';
import { ms } from './network.js';
import { type ConnectionTarget, fault, good, type Way } from './target.js';
import type { DoctorWorld, Page } from './host-system.js';

/** A product that may stand somewhere. */
interface Candidate {
  readonly product: string;
  readonly base: string;
  /** Answers JSON of this form where the product is there. */
  readonly alive: string;
  readonly isIt: (answer: unknown) => boolean;
  readonly trace: (traceId: string) => string;
  /** The user said that it is there. */
  readonly wasSaid?: boolean;
  /** It is there, but need not be the one behind the endpoint. */
  readonly isGuess?: boolean;
}

const LIMIT_MS = 5_000;
const STEP_MS = 200;
const ALIVE_LIMIT_MS = 2_000;

/** Looks for the span where it can be looked for. Never rejects. */
export async function readBack(
  target: ConnectionTarget,
  way: Way,
  span: DoctorSpan,
  world: DoctorWorld,
): Promise<Check> {
  const candidates = candidatesOf(target, way);
  const { tls } = target.destination;
  for (const candidate of candidates) {
    const page = await world.get(`${candidate.base}${candidate.alive}`, ALIVE_LIMIT_MS, tls);
    if (page !== undefined && candidate.isIt(parsed(page))) return look(candidate, span, world, tls);
    if (candidate.wasSaid) {
      return fault('read back', `${candidate.product} does not answer at ${candidate.base}`, {
        status: 'warning',
        why: 'The span was taken, but nobody can say whether it is stored; trace.url() leads nowhere.',
        fix: "Correct the 'ui' option of jaeger(), or start its query service.",
      });
    }
  }
  const page = target.url?.(span);
  const by = page === undefined ? `trace ${span.traceId}` : page;
  return {
    name: 'read back',
    status: 'skipped',
    message: `taken, but cannot be asked for here; look for ${by}`,
  };
}

async function look(
  { product, base, trace, isGuess = false }: Candidate,
  { traceId }: DoctorSpan,
  world: DoctorWorld,
  tls: ConnectionTarget['destination']['tls'],
): Promise<Check> {
  const url = `${base}${trace(traceId)}`;
  const startMs = world.clock.monotonicMs();
  for (;;) {
    const page = await world.get(url, ALIVE_LIMIT_MS, tls);
    const passedMs = world.clock.monotonicMs() - startMs;
    if (page?.status === 200 && page.text.includes(traceId) && page.text.includes(SPAN_NAME)) {
      return good('read back', `${product} has it: ${url}`);
    }
    if (passedMs >= LIMIT_MS && isGuess) {
      const message = `taken; the ${product} at ${base} does not show it, which may be another one's`;
      return { name: 'read back', status: 'skipped', message };
    }
    if (passedMs >= LIMIT_MS) {
      return fault(
        'read back',
        `${product} took the span, and does not show it within ${ms(LIMIT_MS)} (${url})`,
        {
          status: 'warning',
          why: 'What is taken and not stored is lost, and no number of ours can tell.',
          fix: 'Look at the log and the storage of the backend, at sampling in a Collector between, and once more in a minute.',
        },
      );
    }
    await world.pause(STEP_MS);
  }
}

function candidatesOf({ isOpen = false, jaeger }: ConnectionTarget, way: Way): Candidate[] {
  const { endpoint, proxy } = way;
  // Pages are read directly; what only a proxy reaches is not asked.
  if (proxy !== undefined) return [];
  const found: Candidate[] = [];
  if (jaeger !== undefined) found.push(jaegerAt(jaeger.url, jaeger.wasSaid));
  if (!isOpen && jaeger === undefined) return found;
  const origin = endpoint.origin;
  found.push(receiverAt(origin), zipkinAt(origin));
  // Jaeger's all-in-one has its pages beside the port for spans.
  const host = endpoint.hostname;
  if (jaeger === undefined && endpoint.protocol === 'http:' && endpoint.port === '4318') {
    found.push({ ...jaegerAt(`http://${host}:16686`, false), isGuess: true });
  }
  return found;
}

function receiverAt(base: string): Candidate {
  return {
    product: 'trace view',
    base,
    alive: '/api/traces?limit=1',
    isIt: answer => isObject(answer) && Array.isArray(answer['traces']) && isObject(answer['stats']),
    trace: id => `/api/traces/${id}`,
  };
}

function jaegerAt(base: string, wasSaid: boolean): Candidate {
  return {
    product: 'Jaeger',
    base,
    alive: '/api/services',
    // A Jaeger that knows no service yet answers null.
    isIt: answer => isObject(answer) && 'data' in answer && 'total' in answer,
    trace: id => `/api/traces/${id}`,
    wasSaid,
  };
}

function zipkinAt(base: string): Candidate {
  return {
    product: 'Zipkin',
    base,
    alive: '/api/v2/services',
    isIt: answer => Array.isArray(answer),
    trace: id => `/api/v2/trace/${id}`,
  };
}

function parsed({ status, text }: Page): unknown {
  if (status !== 200) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // A page for people, of something else.
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
