// A processor of the application receives in `onEnd` the object that it received in `onStart`, whatever happens to its content.
// Libraries keep data by span object. Another object would attribute the data of one request to another one.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, it } from 'vitest';
import { type InitOptions, trace } from '../../src/index.js';
import { isolateTracing, processorWith, startTracing } from '../support/start-tracing.js';

isolateTracing();

const SECRET = 'password=hunter2';

const SETUPS: Readonly<Record<string, InitOptions>> = {
  'nothing changes the span': { redact: false },
  'a value is masked': {},
  'the redaction fails': {
    redact: {
      replace: () => {
        throw new Error('theirs');
      },
    },
  },
  'onSpanEnd changes the span': { onSpanEnd: span => void (span.attributes['added'] = 1) },
  'tail sampling keeps the trace': { sample: { ratio: 1, keep: { errors: true } } },
  'tail sampling keeps an unsampled trace': { sample: { ratio: 0, keep: { match: [{ name: 'parent' }] } } },
};

it.each(Object.entries(SETUPS))('%s', async (_, options) => {
  const started = new Set<object>();
  const ended: ReadableSpan[] = [];
  const processor = processorWith({
    onStart: span => void started.add(span),
    onEnd: span => void ended.push(span),
  });
  const { recorded } = startTracing({ ...options, processors: [processor] });
  trace.span('parent', span => {
    span.setAttribute('url', `https://shop.test/?${SECRET}`);
    trace.span('child', child => void child.addEvent('login', { query: SECRET }));
  });
  await trace.flush();
  expect(ended.map(({ name }) => name).toSorted()).toHaveLength(2);
  expect(ended.filter(span => !started.has(span))).toEqual([]);
  const isRedacted = options.redact !== false;
  for (const spans of [ended, recorded.spans]) {
    const text = JSON.stringify(spans.map(({ name, attributes, events }) => [name, attributes, events]));
    expect(text.includes('hunter2')).toBe(!isRedacted);
  }
});

it('rules of tail sampling see the values before the redaction', async () => {
  const match = [{ attributes: { 'http.url': `https://shop.test/?${SECRET}` } }];
  const { recorded } = startTracing({ sample: { ratio: 0, keep: { match } } });
  trace.span('kept', span => void span.setAttribute('http.url', `https://shop.test/?${SECRET}`));
  trace.span('left out', span => void span.setAttribute('http.url', 'https://shop.test/'));
  await trace.flush();
  expect(recorded.spans.map(({ name }) => name)).toEqual(['kept']);
  expect(JSON.stringify(recorded.spans[0]?.attributes)).not.toContain('hunter2');
});
