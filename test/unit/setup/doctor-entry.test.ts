// The doctor's start. Its findings about backends are tested in test/unit/doctor.

import { describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { init } from '../../../src/index.js';
import { memory } from '../../../src/exporters/index.js';
import { runDoctor } from '../../../src/setup/doctor-entry.js';
import { describeCurrentProcess } from '../../../src/setup/host-process.js';
import { isolateTracing } from '../../support/start-tracing.js';

isolateTracing();

const silent = { error() {}, warn() {}, info() {}, debug() {} };
const application = (load: () => void) => ({ file: { path: 'app.mjs', load: async () => load() } });

describe('runDoctor', () => {
  it('checks the set-up of the environment, and stops it', async () => {
    const host = { ...describeCurrentProcess(), env: { OTEL_SERVICE_NAME: 'orders' } };
    const report = await runDoctor({ exporter: 'memory' }, host);
    expect(report.ok).toBe(true);
    expect(report.config).toMatchObject({ service: { name: 'orders' } });
    expect(globalState.lifecycle).toBeUndefined();
  });

  it('checks the set-up of the application', async () => {
    const report = await runDoctor(
      application(() => init({ service: 'mine', exporter: memory(), instrument: false, logger: silent })),
      describeCurrentProcess(),
    );
    expect(report.config).toMatchObject({ service: { name: 'mine' } });
    expect(globalState.lifecycle).toBeUndefined();
  });

  it.each([
    ['does not call init()', () => {}, 'init_not_called'],
    [
      'throws',
      () => {
        throw new Error('theirs');
      },
      'application_failed',
    ],
    ['has a wrong option', () => void init({ sample: 7, logger: silent }), 'out_of_range'],
  ])('reports an application that %s', async (_, load, code) => {
    const report = await runDoctor(application(load), describeCurrentProcess());
    expect(report.ok).toBe(false);
    expect(report.checks).toMatchObject([{ status: 'error', code }]);
    expect(report.checks[0]?.fix).toMatch(/\.$/);
  });

  it('reports a wrong endpoint of the command line', async () => {
    const report = await runDoctor({ endpoint: 'ftp://host' }, describeCurrentProcess());
    expect(report.checks).toMatchObject([{ status: 'error', code: 'malformed_endpoint' }]);
  });
});
