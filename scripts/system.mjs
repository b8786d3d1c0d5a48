// Tests the package with real brokers, backends and tracers of others: `npm run test:system`. `-- --built` uses the existing
// dist, and names select tiers: `-- nats peers jaeger`.
// Requirements are installed once, outside the repository. The first run on a machine takes minutes. Nothing is skipped: a
// failed installation is a failure. Only tiers that need Go, Java or Python are left out on a machine without them. The last
// lines list them: `NOT RUN: <tier>: <reason>`. A tier without any result is a failure.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { installApp, ROOT } from '../test/system/install.mjs';
import { BACKENDS, runBackend } from '../test/system/backends/index.mjs';
import { startCollector } from '../test/system/collector.mjs';
import { ECOSYSTEM, runEcosystem } from '../test/system/ecosystem.mjs';
import { CHAIN, PEERS, runChain, runPeer } from '../test/system/peers.mjs';
import { endAll } from '../test/system/processes.mjs';
import { PROMETHEUS, runPrometheus } from '../test/system/prometheus.mjs';
import { WITH_INSTRUMENTATION, QUEUES, runWithInstrumentation, runQueue } from '../test/system/queues.mjs';
import { Report } from '../test/system/report.mjs';
import { runSampling, SAMPLING } from '../test/system/sampling/index.mjs';
import { BROKERS } from '../test/system/servers.mjs';
import { pack, temporaryDirectory } from './pack.mjs';

const args = process.argv.slice(2);
const chosen = args.filter(arg => !arg.startsWith('--'));
const report = new Report();
const directory = temporaryDirectory();

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await endAll();
    process.exit(1);
  });
}

try {
  if (!args.includes('--built')) {
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' });
  }
  const app = await installApp(pack(directory).tarball);
  const isChosen = ({ name, reports }) => [name, ...reports].some(one => chosen.includes(one));
  const wanted = tiers().filter(tier => chosen.length === 0 || isChosen(tier));
  for (const tier of wanted) await tier.run(app);
  await report.requireResults(wanted.flatMap(tier => tier.reports));
} catch (error) {
  await report.failTier('installation', error);
} finally {
  await endAll();
  rmSync(directory, { recursive: true, force: true });
}
console.log(report.summary());
process.exit(report.failed === 0 ? 0 : 1);

/** Each tier: its name on the command line, and the names of its results. */
function tiers() {
  const brokers = Object.keys(QUEUES).map(name => ({
    name,
    reports: QUEUES[name].map(example => example.name),
    run: app => runBroker(name, app),
  }));
  const peers = Object.keys(PEERS).map(name => ({
    name: 'peers',
    reports: [name],
    run: app => withCollector(app, undefined, runPeer, name),
  }));
  const chain = {
    name: 'peers',
    reports: [CHAIN],
    run: app => withCollector(app, undefined, runChain, CHAIN),
  };
  const ecosystem = { name: 'ecosystem', reports: [ECOSYSTEM], run: app => runEcosystem(report, app) };
  const backends = Object.keys(BACKENDS).map(name => ({
    name: 'backends',
    reports: [name],
    run: app => runBackend(report, name, app),
  }));
  const metrics = { name: 'metrics', reports: PROMETHEUS, run: app => runPrometheus(report, app) };
  const sampling = { name: 'sampling', reports: SAMPLING, run: app => runSampling(report, app) };
  return [...brokers, ...peers, chain, ecosystem, ...backends, metrics, sampling];
}

async function runBroker(name, app) {
  let broker;
  try {
    broker = await BROKERS[name]();
  } catch (error) {
    for (const example of QUEUES[name]) await report.failTier(example.name, error);
    return;
  }
  try {
    for (const example of QUEUES[name]) await withCollector(app, broker, runQueue, example);
    for (const example of WITH_INSTRUMENTATION[name] ?? [])
      await withCollector(app, broker, runWithInstrumentation, example);
  } finally {
    await broker.stop();
  }
}

async function withCollector(app, broker, run, example) {
  const collector = await startCollector();
  await run(report, example, { app, env: broker?.env, collector });
  collector.stop();
}
