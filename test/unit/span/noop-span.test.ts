import { isSpanContextValid } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { NOOP_SPAN } from '../../../src/span/noop-span.js';

it('the no-op span has no valid ids, records nothing and cannot be changed', () => {
  expect(isSpanContextValid(NOOP_SPAN.spanContext())).toBe(false);
  expect(NOOP_SPAN.setAttribute('a', 1).addEvent('e').updateName('b').isRecording()).toBe(false);
  expect(() => NOOP_SPAN[Symbol.dispose]()).not.toThrow();
  expect(() => Object.assign(NOOP_SPAN, { end: 1 })).toThrow(TypeError);
});
