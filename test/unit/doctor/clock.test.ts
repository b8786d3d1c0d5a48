import { afterEach, describe, expect, it } from 'vitest';
import type { TransportResponse } from '../../../src/delivery/transport.js';
import { checkDestination } from '../../../src/doctor/check-destination.js';
import { checkClock } from '../../../src/doctor/clock.js';
import { acceptAll, BackendServers, Cleanups } from '../../support/backend-servers.js';
import { hostSystem, probeTarget, shiftedClock } from '../../support/doctor-fixture.js';

const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
afterEach(() => cleanups.run());

const BACKEND_MS = Date.parse('Thu, 20 Nov 2025 22:00:00 GMT');

/** The check of a response, with this machine off by some milliseconds and a round trip of some more. */
function checkAt(offMs: number, roundTripMs = 0, date = 'Thu, 20 Nov 2025 22:00:00 GMT') {
  const response: TransportResponse = {
    kind: 'response',
    status: 200,
    date,
    body: new Uint8Array(0),
    wireBytes: 0,
  };
  // A Date header is cut to whole seconds: half a second is added to it.
  const sentMs = BACKEND_MS + 500 + offMs - roundTripMs / 2;
  return checkClock(response, { sentMs, receivedMs: sentMs + roundTripMs }, 'otlp');
}

describe('a clock', () => {
  it.each([
    [4_000, 'ok', 'agrees with the clock of the backend'],
    [60_000, 'warning', 'the clock of this machine is 60 s ahead of the clock of the backend'],
    [-7_200_000, 'error', 'the clock of this machine is 2 hours behind the clock of the backend'],
    [3 * 86_400_000, 'error', 'the clock of this machine is 3 days ahead of the clock of the backend'],
  ])('that is off by %d ms is %s', async (offMs, status, message) => {
    const base = await servers.http(acceptAll);
    const check = await checkDestination(probeTarget(base), hostSystem({ clock: shiftedClock(offMs) }));
    const found = check.steps?.find(({ name }) => name === 'clock');
    expect(found?.status).toBe(status);
    // The Date header has whole seconds, so the result may differ by half a second.
    expect(found?.message.replace('61 s', '60 s').replace('59 s', '60 s')).toBe(message);
  });

  it.each([
    [5_000, 'ok'],
    [5_001, 'warning'],
    [-5_001, 'warning'],
    [299_999, 'warning'],
    [300_000, 'error'],
  ])('that is off by %d ms is %s at the bounds', (offMs, status) => {
    expect(checkAt(offMs).status).toBe(status);
  });

  it('may be off by half of the round trip besides', () => {
    expect(checkAt(7_000, 4_000).status).toBe('ok');
    expect(checkAt(7_001, 4_000)).toMatchObject({ status: 'warning', code: 'clock_skew', source: 'otlp' });
  });

  it('is skipped without a Date header', () => {
    expect(checkAt(0, 0, 'no date')).toMatchObject({
      name: 'clock',
      status: 'skipped',
      code: 'clock_unknown',
      source: 'otlp',
    });
  });
});
