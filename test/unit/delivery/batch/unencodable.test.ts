import { expect, it } from 'vitest';
import { explainUnencodable } from '../../../../src/delivery/batch/unencodable.js';
import { TooLargeError } from '../../../../src/protobuf/writer.js';
import { captureDiagnostics } from '../../../support/captured-diagnostics.js';

it('a span over the limit is too large, which is not reported as a fault', () => {
  let reason: unknown;
  const captured = captureDiagnostics(() => {
    reason = explainUnencodable(new TooLargeError());
  });
  expect([reason, captured]).toEqual(['too_large', []]);
});

it('a span whose getter threw is unreadable, which is reported once', () => {
  let reason: unknown;
  const captured = captureDiagnostics(() => {
    reason = explainUnencodable(new Error('boom'));
    explainUnencodable(new Error('boom'));
  });
  expect(reason).toBe('unreadable');
  expect(captured).toMatchObject([{ code: 'callback_failed', source: 'encoding a span' }]);
});
