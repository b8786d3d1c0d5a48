import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { getRegisteredApiVersion, sharesApi } from '../../../src/core/api-version.js';

// What the API decides with, which it does not export.
const { _makeCompatibilityCheck: theirs } = createRequire(import.meta.url)(
  `${createRequire(import.meta.url)
    .resolve('@opentelemetry/api')
    .replace(/index\.js$/, '')}internal/semver.js`,
) as { _makeCompatibilityCheck: (own: string) => (registered: string) => boolean };

afterEach(() => trace.disable());

describe('the version of a copy of the API', () => {
  it.each([
    ['1.9.1', '1.9.1', true],
    ['1.8.0', '1.9.1', true],
    ['1.9.0', '1.9.1', true],
    ['1.9.1', '1.9.0', true],
    ['1.10.0', '1.9.1', false],
    ['0.21.0', '1.9.1', false],
    ['0.21.0', '0.21.1', true],
    ['0.21.1', '0.21.0', false],
    ['0.20.0', '0.21.0', false],
    ['2.0.0', '1.9.1', false],
    ['1.9.1-rc.1', '1.9.1', false],
  ])('%s and what %s registered: %s', (version, registered, expected) => {
    expect(sharesApi(version, registered)).toBe(expected);
  });

  it('fits as the API itself decides', () => {
    const number = fc.integer({ min: 0, max: 3 });
    const version = fc
      .tuple(number, number, number, fc.constantFrom('', '', '-rc.0', '+build'))
      .map(([major, minor, patch, more]) => `${major}.${minor}.${patch}${more}`);
    fc.assert(
      fc.property(fc.oneof(version, fc.constant('latest')), version, (own, registered) => {
        expect(sharesApi(own, registered)).toBe(own === registered || theirs(own)(registered));
      }),
    );
  });

  it('is known once something is registered', () => {
    trace.setGlobalTracerProvider(trace.getTracerProvider());
    expect(getRegisteredApiVersion()).toMatch(/^1\.\d+\.\d+$/);
  });
});
