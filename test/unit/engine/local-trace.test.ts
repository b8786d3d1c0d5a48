import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { LocalTrace } from '../../../src/engine/local-trace.js';
import { WallClockAnchor } from '../../../src/engine/trace-clock.js';
import { FakeClock } from '../../support/engine-fixture.js';

describe('a local trace', () => {
  it('keeps the clock offset of its start', () => {
    const clock = new FakeClock();
    const anchor = new WallClockAnchor(clock);
    const first = new LocalTrace(anchor, clock.monotonic);
    clock.advance(10);
    clock.wall += 3_600_000;
    const second = new LocalTrace(anchor, clock.monotonic);
    expect(first.offsetSeconds).toBe(clock.wall / 1000 - 3_600 - 5.01);
    expect(second.offsetSeconds - first.offsetSeconds).toBe(3_600);
  });

  it('replaces the local root by its context when the local root ends', () => {
    const local = new LocalTrace(new WallClockAnchor(new FakeClock()), 0);
    const [root, other] = [
      trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
      trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
    ];
    local.setLocalRoot(root);
    local.onSpanEnd(other, INVALID_SPAN_CONTEXT);
    expect([local.localRoot, local.endedLocalRoot]).toEqual([root, undefined]);
    local.onSpanEnd(root, INVALID_SPAN_CONTEXT);
    expect([local.localRoot, local.endedLocalRoot]).toEqual([undefined, INVALID_SPAN_CONTEXT]);
  });
});
