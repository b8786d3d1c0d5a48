// Tests of sampling with the real Collector: the configuration that we print for it, and its decisions about the same traces.

import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SKIP_REASON } from '../backends/install.mjs';
import { npmFolder } from '../folders.mjs';
import { ROOT } from '../install.mjs';
import { runFleet } from './fleet.mjs';
import { runConsistentSampling } from './consistent-sampling.mjs';
import { runTailSampling } from './tail-sampling.mjs';

const RUNS = {
  fleet: runFleet,
  'tail sampling': runTailSampling,
  'consistent sampling': runConsistentSampling,
};

/** The names of the tiers in the report. */
export const SAMPLING = Object.keys(RUNS);

/**
 * Runs the tiers.
 *
 * @param {import('../report.mjs').Report} report
 * @param {string} app the folder with the packed package
 */
export async function runSampling(report, app) {
  const skipReason = await SKIP_REASON.collector();
  if (skipReason !== undefined) {
    for (const name of SAMPLING) report.skip(name, skipReason);
    return;
  }
  let folder;
  for (const [name, run] of Object.entries(RUNS)) {
    try {
      folder ??= await install(app);
      await run((description, check) => report.check(name, description, check), folder);
    } catch (error) {
      await report.failTier(name, error);
    }
  }
}

/** Creates a folder with only the package and the programs, without other instrumentations. */
async function install(app) {
  const packed = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')).dependencies['@do/trace'];
  const folder = await npmFolder('sampling', { '@do/trace': packed });
  cpSync(join(ROOT, 'test/system/programs'), join(folder, 'test/system/programs'), { recursive: true });
  return folder;
}
