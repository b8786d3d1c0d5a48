import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/core/diagnostic.js';
import { createDiagnostics } from '../../../src/core/diagnostics.js';
import { createStartupLog } from '../../../src/setup/startup-log.js';
import { collectingLogger } from '../../support/start-tracing.js';

const warning: Diagnostic = {
  code: 'exporter_start_failed',
  message: 'failed with hunter2',
  why: 'because of hunter2',
  fix: 'Remove hunter2.',
  source: 'mine',
};

function create() {
  const { logger, lines } = collectingLogger();
  const log = createDiagnostics({ logger, level: 'debug' });
  return { lines, startupLog: createStartupLog(log, text => text.replaceAll('hunter2', '***')) };
}

describe('the log of a start', () => {
  it('writes everything, and records warnings and errors without secrets', () => {
    const { lines, startupLog } = create();
    const { diagnostics } = startupLog;
    diagnostics.report('warn', warning);
    diagnostics.report('error', { ...warning, source: 'yours' });
    diagnostics.report('info', { code: 'started', message: 'started' });
    diagnostics.report('debug', { code: 'started', message: 'detail' });
    expect(lines).toHaveLength(4);
    const clean = { ...warning, message: 'failed with ***', why: 'because of ***', fix: 'Remove ***.' };
    expect(startupLog.recorded).toEqual([clean, { ...clean, source: 'yours' }]);
  });

  it('records equal diagnostics once', () => {
    const { startupLog } = create();
    startupLog.diagnostics.report('warn', warning);
    startupLog.diagnostics.reportOnce('key', 'warn', warning);
    startupLog.diagnostics.report('warn', { ...warning, message: 'another' });
    expect(startupLog.recorded).toHaveLength(2);
  });

  it('records text of exporters of the application', () => {
    const { startupLog } = create();
    startupLog.diagnostics.warn('a warning');
    startupLog.diagnostics.once('key', 'error', 'an error');
    startupLog.diagnostics.info('information');
    expect(startupLog.recorded.map(({ code, message }) => [code, message])).toEqual([
      ['exporter_message', 'a warning'],
      ['exporter_message', 'an error'],
    ]);
  });

  it('records nothing after stop(), and still writes', () => {
    const { lines, startupLog } = create();
    startupLog.stop();
    startupLog.diagnostics.report('warn', warning);
    startupLog.diagnostics.reportOnce('key', 'error', warning);
    expect(startupLog.recorded).toEqual([]);
    expect(lines).toHaveLength(2);
  });
});
