// trace.check(): the diagnostics of the start beside the checks of the exporters.

import { describe, expect, it, vi } from 'vitest';
import type { Check } from '../../../src/core/check.js';
import { type Exporter, type InitOptions, trace } from '../../../src/index.js';
import { exporterWith, isolateTracing, startTracing } from '../../support/start-tracing.js';

isolateTracing();

function failingExporter(
  message: string,
  check: Check = { name: 'mine', status: 'ok', message: 'ok' },
): Exporter {
  return {
    ...exporterWith(),
    start() {
      throw new Error(message);
    },
    check: async () => check,
  };
}

async function checksOf(options: InitOptions): Promise<readonly Check[]> {
  startTracing(options);
  return (await trace.check()).checks;
}

describe('a start that fails', () => {
  it('is shown although the text of another check is part of its message', async () => {
    startTracing({ exporter: failingExporter('bad token') });
    const { ok, checks } = await trace.check();
    expect(ok).toBe(false);
    expect(checks).toContainEqual(
      expect.objectContaining({
        status: 'error',
        code: 'exporter_start_failed',
        source: 'mine',
        message: 'the exporter mine failed to start: Error: bad token',
      }),
    );
  });

  it('is shown word for word, and its text is not split into message and fix', async () => {
    const text = 'Cannot open the file. The disk is full. Please Buy A New One. ok';
    const checks = await checksOf({ exporter: failingExporter(text) });
    const found = checks.find(({ code }) => code === 'exporter_start_failed');
    expect(found?.message).toBe(`the exporter mine failed to start: Error: ${text}`);
    expect(found?.fix).toBe('Correct the exporter, or remove it from the option exporter.');
  });

  it('is redacted', async () => {
    const checks = await checksOf({ exporter: failingExporter('bad password=hunter2') });
    expect(JSON.stringify(checks)).not.toContain('hunter2');
    expect(checks.map(({ code }) => code)).toContain('exporter_start_failed');
  });

  it('is shown once if the check of the exporter has the same code and source', async () => {
    const own: Check = {
      name: 'mine',
      status: 'error',
      code: 'exporter_start_failed',
      source: 'mine',
      message: 'the same in other words',
    };
    const checks = await checksOf({ exporter: failingExporter('bad token', own) });
    expect(checks.filter(({ code }) => code === 'exporter_start_failed')).toEqual([own]);
  });

  it('is shown once if a step of the check has the same code and source', async () => {
    const step: Check = {
      name: 'step',
      status: 'error',
      code: 'exporter_start_failed',
      source: 'mine',
      message: 'in a step',
    };
    const own: Check = { name: 'mine', status: 'error', message: 'see the steps', steps: [step] };
    const checks = await checksOf({ exporter: failingExporter('bad token', own) });
    expect(checks.filter(({ code }) => code === 'exporter_start_failed')).toEqual([]);
    expect(checks).toContainEqual(own);
  });
});

describe('problems of the environment', () => {
  it('are shown once each, with their code and variable', async () => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'sometimes');
    const checks = await checksOf({});
    const found = checks.filter(({ source }) => source === 'OTEL_TRACES_SAMPLER');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ status: 'warning', code: 'malformed_variable' });
  });
});

describe('an exporter without a check', () => {
  it('is shown as skipped, which is no fault', async () => {
    const { check: _, ...exporter } = exporterWith();
    startTracing({ exporter });
    const { checks } = await trace.check();
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'mine', status: 'skipped', code: 'check_unavailable', source: 'mine' }),
    );
  });
});

describe('a check that rejects', () => {
  it('is a finding', async () => {
    const exporter: Exporter = {
      ...exporterWith(),
      check: async () => {
        throw new Error('theirs: password=hunter2');
      },
    };
    const checks = await checksOf({ exporter });
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'mine', status: 'error', code: 'exporter_check_failed' }),
    );
    expect(JSON.stringify(checks)).not.toContain('hunter2');
  });
});

describe('the report', () => {
  it('has the configuration without the logger', async () => {
    startTracing();
    const { config } = await trace.check();
    expect(config).toMatchObject({ service: { name: 'test' } });
    expect(config).not.toHaveProperty('logger');
  });
});
