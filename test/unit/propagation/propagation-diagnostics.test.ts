import { describe, expect, it } from 'vitest';
import {
  reportCarrierFailure,
  reportRejectedHeader,
} from '../../../src/propagation/propagation-diagnostics.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

describe('reportRejectedHeader', () => {
  const messageFor = (received: unknown): string | undefined =>
    captureDiagnostics(() => reportRejectedHeader('baggage', 'it has no valid entry', received))[0]?.message;

  it('reports at debug level with the header as its source', () => {
    expect(captureDiagnostics(() => reportRejectedHeader('baggage', 'it has no valid entry', 'x'))).toEqual([
      {
        level: 'debug',
        code: 'header_rejected',
        message: 'the baggage header "x" was ignored: it has no valid entry',
        source: 'baggage',
      },
    ]);
  });

  it('shortens a long value to 80 characters', () => {
    expect(messageFor('a'.repeat(80))).toContain(`"${'a'.repeat(80)}"`);
    expect(messageFor('a'.repeat(81))).toContain(`"${'a'.repeat(80)}…"`);
  });

  it('escapes line ends, so that a sender cannot forge log lines', () => {
    expect(messageFor('a\r\n[trace] forged')).not.toMatch(/[\r\n]/);
  });

  it('shows a value that cannot become text', () => {
    expect(messageFor(Object.create(null))).toContain('cannot be shown');
  });
});

describe('reportCarrierFailure', () => {
  it('reports at debug level with the carrier as its source', () => {
    expect(captureDiagnostics(() => reportCarrierFailure('job payload', 'null is not an object'))).toEqual([
      {
        level: 'debug',
        code: 'carrier_failed',
        message: 'job payload: null is not an object',
        source: 'job payload',
      },
    ]);
  });
});
