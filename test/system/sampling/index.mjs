// Sampling beside the real Collector: what it is configured to by us, and what it decides about the same traces.

import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SKIP_REASON } from '../backends/install.mjs';
import { npmFolder } from '../folders.mjs';
import { ROOT } from '../install.mjs';
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
  const why = await SKIP_REASON.collector();
  if (why !== undefined) {
    for (const name of SAMPLING) report.skip(name, why);
    return;
  }
  let folder;
  for (const [name, run] of Object.entries(RUNS)) {
    try {
      folder ??= await install(app);
      await run((promise, check) => report.check(name, promise, check), folder);
    } catch (error) {
      await report.failTier(name, error);
    }
  }
}

/** A folder with the package and the programs alone: nothing that could sample beside it. */
async function install(app) {
  const packed = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')).dependencies['@do/trace'];
  const folder = await npmFolder('sampling', { '@do/trace': packed });
  cpSync(join(ROOT, 'test/system/programs'), join(folder, 'test/system/programs'), { recursive: true });
  return folder;
}
