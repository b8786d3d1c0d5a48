import { describe, expect, it } from 'vitest';
import { LogThrottle } from '../../../src/delivery/log-throttle.js';
import { collectDiagnostics } from '../../support/captured-diagnostics.js';
import { VirtualTime } from '../../support/virtual-time.js';

const REFUSED = { code: 'connection_refused', message: 'refused', source: 'otlp' } as const;
const LIMITED = { code: 'rate_limited', message: 'limited', source: 'otlp' } as const;

function createThrottle() {
  const time = new VirtualTime();
  const { diagnostics, captured } = collectDiagnostics();
  const throttle = new LogThrottle(diagnostics, time);
  const codes = (): string[] => captured.map(({ level, code }) => `${level} ${code}`);
  return { time, throttle, captured, codes };
}

describe('a warning', () => {
  it('is repeated after ten minutes, and not before', async () => {
    const { time, throttle, captured } = createThrottle();
    throttle.warn(REFUSED);
    await time.advance(599_999);
    throttle.warn(REFUSED);
    expect(captured).toEqual([{ level: 'warn', ...REFUSED }]);
    await time.advance(1);
    throttle.warn(REFUSED);
    throttle.warn(REFUSED);
    expect(captured).toHaveLength(2);
  });

  it('is limited by its code, unless a key is given', () => {
    const { throttle, codes } = createThrottle();
    throttle.warn(REFUSED);
    throttle.warn(LIMITED);
    throttle.warn(REFUSED, { key: 'another' });
    throttle.warn(LIMITED, { key: 'another' });
    expect(codes()).toEqual(['warn connection_refused', 'warn rate_limited', 'warn connection_refused']);
  });

  it('can be limited to one', async () => {
    const { time, throttle, captured } = createThrottle();
    throttle.warn(REFUSED, { isOnce: true });
    await time.advance(86_400_000);
    throttle.warn(REFUSED, { isOnce: true });
    expect(captured).toHaveLength(1);
  });

  it('is limited for each destination', () => {
    const { time, throttle, captured } = createThrottle();
    const other = collectDiagnostics();
    throttle.warn(REFUSED);
    new LogThrottle(other.diagnostics, time).warn(REFUSED);
    expect([captured, other.captured].map(({ length }) => length)).toEqual([1, 1]);
  });
});

it('report() has no limit, and any level', () => {
  const { throttle, codes } = createThrottle();
  throttle.report('info', LIMITED);
  throttle.report('info', LIMITED);
  throttle.report('debug', REFUSED);
  expect(codes()).toEqual(['info rate_limited', 'info rate_limited', 'debug connection_refused']);
});
