// The parts that the diagnosis of a request uses.

import type { ProbeTarget } from './probe-target.js';
import type { Prober } from './prober.js';
import type { Route } from './route.js';

/** The destination of a request, its route, and a way to send further requests. */
export interface ProbeContext {
  readonly target: ProbeTarget;
  readonly route: Route;
  readonly prober: Prober;
}
