import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  abandonWhenCollected,
  endAbandonedSpans,
  endCollectedSpans,
  hasWaitingSpans,
  stopWaiting,
} from '../../../src/span/abandoned-spans.js';
import { eventually } from '../../support/eventually.js';
import { openTestSpan } from '../../support/open-test-span.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterEach(() => {
  endAbandonedSpans();
  tracing.reset();
});
afterAll(() => tracing.stop());

it('a span ends, marked, when its result is collected', async () => {
  const open = openTestSpan('work');
  abandonWhenCollected({}, open);
  expect(hasWaitingSpans()).toBe(true);
  await eventually(() => {
    collectGarbage();
    endCollectedSpans();
    expect(open.span.isRecording()).toBe(false);
  });
  expect(tracing.span('work').attributes).toEqual({ 'do.span.abandoned': true });
  expect(hasWaitingSpans()).toBe(false);
});

it('a span whose result is alive ends when tracing stops, and not at a flush', () => {
  const [open, result] = [openTestSpan('work'), {}];
  abandonWhenCollected(result, open);
  endCollectedSpans();
  expect(open.span.isRecording()).toBe(true);
  endAbandonedSpans();
  expect(tracing.span('work').attributes).toEqual({ 'do.span.abandoned': true });
  expect(result).toEqual({});
});

it('a span that has ended, or whose result is in use, does not wait', () => {
  const [ended, used, result] = [openTestSpan('ended'), openTestSpan('used'), {}];
  for (const open of [ended, used]) abandonWhenCollected(result, open);
  ended.end();
  stopWaiting(used);
  expect(hasWaitingSpans()).toBe(false);
  endAbandonedSpans();
  expect(used.span.isRecording()).toBe(true);
  used.end();
  expect([tracing.span('ended'), tracing.span('used')].map(({ attributes }) => attributes)).toEqual([{}, {}]);
});
