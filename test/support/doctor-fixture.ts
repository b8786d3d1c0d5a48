// Targets and host systems for tests of the doctor.

import { resourceFromAttributes } from '@opentelemetry/resources';
import { type HostSystem, nodeHost } from '../../src/doctor/host-system.js';
import type { ProbeContext } from '../../src/doctor/probe-context.js';
import type { ProbeTarget } from '../../src/doctor/probe-target.js';
import { createProber } from '../../src/doctor/prober.js';
import { resolveRoute, type Route } from '../../src/doctor/route.js';

/** A target whose endpoint is `/v1/traces` below a base URL. */
export function probeTarget(base: string, parts: Partial<ProbeTarget> = {}): ProbeTarget {
  return {
    destination: { name: 'otlp', endpoint: new URL('/v1/traces', base) },
    delivery: {},
    resource: resourceFromAttributes({ 'service.name': 'orders' }),
    env: {},
    ...parts,
  };
}

/** The route to a base URL. */
export function routeTo(base: string, parts: Partial<ProbeTarget> = {}): Route {
  return resolveRoute(probeTarget(base, parts));
}

/** A target with its route and a prober that sends real requests. */
export function probeContext(base: string, parts: Partial<ProbeTarget> = {}): ProbeContext {
  const target = probeTarget(base, parts);
  const route = resolveRoute(target);
  return { target, route, prober: createProber(target, route, nodeHost) };
}

/** The machine, with some parts replaced. A sleep takes no time. */
export function hostSystem(parts: Partial<HostSystem> = {}): HostSystem {
  return { ...nodeHost, sleep: async () => {}, ...parts };
}

/** A clock that differs from the clock of the machine by a number of milliseconds. */
export function shiftedClock(offsetMs: number): HostSystem['clock'] {
  return { wallMs: () => Date.now() + offsetMs, monotonicMs: () => performance.now() };
}
