import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { OptionProblem } from '../../../src/core/errors.js';
import { checkNode, checkProcess, type ProcessFacts } from '../../../src/doctor/check-process.js';
import { Cleanups, temporaryDirectory } from '../../support/backend-servers.js';

const cleanups = new Cleanups();
afterEach(() => cleanups.run());

const FACTS: ProcessFacts = {
  sending: {
    isDisabled: false,
    hasExporter: true,
    sample: {
      ratio: 1,
      rules: [],
      keep: { errors: false, match: [] },
      followParent: true,
      followsCallers: true,
    },
  },
  problems: [],
  nodeVersion: '22.11.0',
  directories: [],
  cwd: '/',
};

describe('Node.js', () => {
  it.each([
    ['18.20.4', 'error', 'node_unsupported'],
    ['20.5.1', 'error', 'node_unsupported'],
    ['20.6.0', 'ok', undefined],
    ['22.11.0', 'ok', undefined],
    ['26.0.0', 'ok', undefined],
    ['27.0.0', 'warning', 'node_untested'],
  ])('%s is %s', (version, status, code) => {
    const check = checkNode(version);
    expect(check.status).toBe(status);
    expect(check.code).toBe(code);
  });
});

describe('the checks of a process', () => {
  it('are node, the copies of the API and the variables, if nothing else is wrong', async () => {
    const checks = await checkProcess(FACTS);
    expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'node ok',
      'api copies skipped',
      'variables ok',
    ]);
  });

  it('have the code of each problem of the environment, with the variable as the source', async () => {
    const problem = (code: OptionProblem['code'], path: string): OptionProblem => ({
      code,
      path,
      expected: 'a',
      received: 'b',
    });
    const checks = await checkProcess({
      ...FACTS,
      problems: [
        problem('unknown_exporter', 'DO_TRACE_EXPORTER'),
        problem('malformed_endpoint', 'OTEL_EXPORTER_OTLP_ENDPOINT'),
        problem('unsupported_variable', 'OTEL_CONFIG_FILE'),
        problem('out_of_range', 'DO_TRACE_SAMPLE'),
      ],
    });
    expect(checks.filter(({ name }) => name === 'variables')).toMatchObject([
      { status: 'error', code: 'unknown_exporter', source: 'DO_TRACE_EXPORTER' },
      { status: 'error', code: 'malformed_endpoint', source: 'OTEL_EXPORTER_OTLP_ENDPOINT' },
      { status: 'warning', code: 'unsupported_variable', source: 'OTEL_CONFIG_FILE' },
      {
        status: 'warning',
        code: 'out_of_range',
        source: 'DO_TRACE_SAMPLE',
        why: 'The setting does not have the intended effect.',
      },
    ]);
  });

  it('include the settings that prevent sending, and the spool relative to the working directory', async () => {
    const cwd = temporaryDirectory(cleanups);
    const sending = { ...FACTS.sending, hasExporter: false };
    const checks = await checkProcess({ ...FACTS, sending, spoolDirectory: 'spool', cwd });
    expect(checks.slice(3)).toMatchObject([
      { name: 'exporter', code: 'no_exporter' },
      { name: 'spool', status: 'ok', message: `${join(cwd, 'spool')} can be written` },
    ]);
  });
});
