import { expect, it } from 'vitest';
import {
  createFaultCheck,
  createOkCheck,
  createSkippedCheck,
  summarizeSteps,
} from '../../../src/doctor/check-results.js';

const FAULT = { code: 'clock_skew', message: 'off', why: 'Why.', fix: 'Fix.', source: 'otlp' } as const;

it('a fault has the code and the source of its diagnostic, and is an error unless it is a warning', () => {
  expect(createFaultCheck('clock', FAULT)).toEqual({ name: 'clock', status: 'error', ...FAULT });
  expect(createFaultCheck('clock', FAULT, 'warning').status).toBe('warning');
});

it('a skipped check has both as well, and an ok one has neither', () => {
  expect(createOkCheck('clock', 'fine')).toEqual({ name: 'clock', status: 'ok', message: 'fine' });
  const skipped = { code: 'clock_unknown', message: 'no date', source: 'otlp' } as const;
  expect(createSkippedCheck('clock', skipped)).toEqual({ name: 'clock', status: 'skipped', ...skipped });
});

it('a summary repeats the first error, or else the first warning', () => {
  const ok = createOkCheck('dns', 'fine');
  const warning = createFaultCheck('tls', { ...FAULT, code: 'certificate_expires_soon' }, 'warning');
  const error = createFaultCheck('clock', FAULT);
  const other = createFaultCheck('span', { ...FAULT, code: 'forbidden' });
  expect(summarizeSteps('otlp', [ok, warning, error, other], 'good')).toEqual({
    ...error,
    name: 'otlp',
    steps: [ok, warning, error, other],
  });
  expect(summarizeSteps('otlp', [ok, warning], 'good')).toMatchObject({
    name: 'otlp',
    status: 'warning',
    code: 'certificate_expires_soon',
    source: 'otlp',
  });
  expect(summarizeSteps('otlp', [ok], 'good')).toEqual({
    name: 'otlp',
    status: 'ok',
    message: 'good',
    steps: [ok],
  });
});
