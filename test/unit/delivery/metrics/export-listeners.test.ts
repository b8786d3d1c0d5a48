import { describe, expect, it } from 'vitest';
import {
  addExportListener,
  type ExportOperation,
  notifyExportListeners,
} from '../../../../src/delivery/metrics/export-listeners.js';
import { captureDiagnostics } from '../../../support/captured-diagnostics.js';
import { startDelivery } from '../../../support/delivery-fixture.js';

const OPERATION: ExportOperation = {
  exporter: 'otlp',
  protocol: undefined,
  durationMs: 1,
  status: 200,
  errorType: undefined,
};

describe('addExportListener', () => {
  it('calls every listener, although one of them throws, and reports the exception', () => {
    const exporters: string[] = [];
    const removals = [
      addExportListener(() => {
        throw new Error('mine');
      }),
      addExportListener(({ exporter }) => void exporters.push(exporter)),
    ];
    const captured = captureDiagnostics(() => notifyExportListeners(OPERATION));
    for (const remove of removals) remove();
    expect(exporters).toEqual(['otlp']);
    expect(captured).toEqual([
      expect.objectContaining({ code: 'callback_failed', source: 'a metric of delivery' }),
    ]);
  });

  it('calls a removed listener no more', () => {
    const calls: unknown[] = [];
    const remove = addExportListener(operation => void calls.push(operation));
    remove();
    notifyExportListeners(OPERATION);
    expect(calls).toEqual([]);
  });

  it('receives the result of each batch', async () => {
    const operations: ExportOperation[] = [];
    const remove = addExportListener(operation => void operations.push(operation));
    const { backend, time, endSpans } = startDelivery();
    backend.behavior = request => (request === 0 ? { status: 401 } : request === 1 ? 'partial' : 'ok');
    for (let i = 0; i < 3; i++) {
      endSpans(2);
      await time.advance(1_000);
    }
    remove();
    expect(operations.map(({ status, errorType }) => [status, errorType])).toEqual([
      [401, '401'],
      [200, 'rejected'],
      [200, undefined],
    ]);
    expect(operations[0]).toMatchObject({ exporter: 'otlp', protocol: 'http/protobuf' });
  });
});
