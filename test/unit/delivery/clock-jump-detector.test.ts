import { describe, expect, it } from 'vitest';
import { ClockJumpDetector } from '../../../src/delivery/clock-jump-detector.js';
import { startDelivery } from '../../support/delivery-fixture.js';
import { VirtualTime } from '../../support/virtual-time.js';

describe('ClockJumpDetector', () => {
  it.each([
    [3_600_000, 'forward by 3600 s'],
    [-86_400_000, 'back by 86400 s'],
    [60_000, 'forward by 60 s'],
  ])('reports a jump of %d ms once', (jumpMs, text) => {
    const time = new VirtualTime();
    const detector = new ClockJumpDetector(time);
    expect(detector.detect()).toBeUndefined();
    time.wallOffsetMs += jumpMs;
    expect(detector.detect()).toMatchObject({
      code: 'clock_jumped',
      message: `the clock of this machine jumped ${text}`,
      fix: expect.stringContaining('Synchronize the clock with NTP'),
    });
    expect(detector.detect()).toBeUndefined();
  });

  it('ignores the corrections of NTP and the passing of time', async () => {
    const time = new VirtualTime();
    const detector = new ClockJumpDetector(time);
    for (let i = 0; i < 100; i++) {
      time.wallOffsetMs += i % 2 === 0 ? 500 : -400;
      await time.advance(90_000);
      expect(detector.detect()).toBeUndefined();
    }
  });
});

describe('delivery', () => {
  it.each([3_600_000, -86_400_000])(
    'continues after a clock jump of %d ms and reports it once',
    async jumpMs => {
      const { delivery, backend, time, warnings, endSpans } = startDelivery();
      const endOneSpan = async (): Promise<void> => {
        endSpans(1);
        await time.advance(1_000);
      };
      await endOneSpan();
      backend.behavior = () => ({ status: 503, retryAfter: new Date(time.wallMs() + 5_000).toUTCString() });
      await endOneSpan();
      backend.behavior = () => 'ok';
      for (let i = 0; i < 3; i++) {
        time.wallOffsetMs += jumpMs;
        await endOneSpan();
      }
      await time.advance(6_000);
      expect(delivery.stats()).toMatchObject({ ended: 5, sent: 5, queued: 0 });
      expect(warnings().filter(code => code === 'clock_jumped')).toHaveLength(1);
    },
  );

  it('does not report the corrections of NTP', async () => {
    const { time, captured, endSpans } = startDelivery();
    for (let i = 0; i < 100; i++) {
      time.wallOffsetMs += i % 2 === 0 ? 500 : -400;
      endSpans(1);
      await time.advance(1_000);
    }
    expect(captured).toEqual([]);
  });
});
