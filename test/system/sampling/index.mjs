// Sampling beside the real Collector: what it is configured to by us, and what it decides about the same traces.

import { WHY_NOT } from '../backends/install.mjs';
import { runFleet } from './fleet.mjs';
import { runShare } from './share.mjs';
import { runTwins } from './twins.mjs';

const RUNS = { fleet: runFleet, 'tail sampling': runTwins, 'consistent share': runShare };

/** The tiers, as the report calls them. */
export const SAMPLING = Object.keys(RUNS);

/**
 * Runs the tiers.
 *
 * @param {import('../report.mjs').Report} report
 * @param {string} app the folder with the packed package
 */
export async function runSampling(report, app) {
  const why = await WHY_NOT.collector();
  for (const [name, run] of Object.entries(RUNS)) {
    if (why !== undefined) {
      report.absent(name, why);
      continue;
    }
    try {
      await run((promise, check) => report.check(name, promise, check), app);
    } catch (error) {
      await report.notRun(name, error);
    }
  }
}
