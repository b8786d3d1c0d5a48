import { afterEach, describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { FaultReporter } from '../../../src/engine/fault-reporter.js';
import { collectDiagnostics } from '../../support/captured-diagnostics.js';

const previous = globalState.diagnostics;
afterEach(() => {
  globalState.diagnostics = previous;
});

describe('the fault reporter', () => {
  it('reports one failure of each component, and every failure without one', () => {
    const { diagnostics, captured } = collectDiagnostics();
    const faults = new FaultReporter(diagnostics);
    const [one, two] = [{}, {}];
    for (const component of [one, one, two, undefined, undefined]) {
      faults.reportFailure(component, 'sampler', 'shouldSample', new Error('no'));
    }
    expect(captured.map(({ level, code, source }) => [level, code, source])).toEqual(
      Array.from({ length: 4 }, () => ['warn', 'callback_failed', 'sampler']),
    );
    expect(captured[0]?.message).toBe(
      'shouldSample of the sampler failed: Error: no; the application is not affected',
    );
  });

  it('reports each dropped attribute once', () => {
    const { diagnostics, captured } = collectDiagnostics();
    const { reportDroppedAttribute } = new FaultReporter(diagnostics);
    for (const key of ['a', 'a', '', 'b', '']) reportDroppedAttribute(key);
    expect(captured.map(({ level, code, source }) => [level, code, source])).toEqual([
      ['warn', 'attribute_dropped', 'a'],
      ['warn', 'attribute_dropped', undefined],
      ['warn', 'attribute_dropped', 'b'],
    ]);
  });

  it('counts every late call and reports the first', () => {
    const { diagnostics, captured } = collectDiagnostics();
    const faults = new FaultReporter(diagnostics);
    faults.reportLateCall('setAttribute', 'order');
    faults.reportLateCall('end', 'payment');
    expect(faults.lateCalls).toBe(2);
    expect(captured).toEqual([
      expect.objectContaining({
        level: 'debug',
        code: 'call_after_end',
        message: expect.stringMatching(/^setAttribute\(\) was called on span 'order'/),
      }),
    ]);
  });

  it('uses the diagnostics of the latest init() by default', () => {
    const faults = new FaultReporter(undefined);
    const { diagnostics, captured } = collectDiagnostics();
    globalState.diagnostics = diagnostics;
    faults.reportNegativeDuration('order');
    expect(captured.map(({ level, code }) => [level, code])).toEqual([['debug', 'negative_duration']]);
  });
});
