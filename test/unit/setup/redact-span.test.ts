import { expect, it } from 'vitest';
import { createSafeRedaction } from '../../../src/setup/redact-span.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { makeSpan } from '../../support/spans.js';

it('returns the result of the redaction', () => {
  const [span, redacted] = [makeSpan(), makeSpan()];
  expect(createSafeRedaction(() => redacted)(span)).toBe(redacted);
});

it('removes the content of a span whose redaction throws, and reports it once', () => {
  const redact = createSafeRedaction(() => {
    throw new Error('cannot');
  });
  const span = makeSpan({
    name: 'secret',
    attributes: { secret: 1 },
    events: [{ name: 'secret', time: [1, 0] }],
    links: [{ context: makeSpan().spanContext() }],
    status: { code: 2, message: 'secret' },
  });
  const captured = captureDiagnostics(() => {
    redact(span);
    const result = redact(span);
    expect(JSON.stringify(result)).not.toContain('secret');
    expect(result).toMatchObject({ name: '[redaction failed]', events: [], links: [], status: { code: 2 } });
    expect(result.spanContext()).toBe(span.spanContext());
  });
  expect(captured).toMatchObject([{ code: 'callback_failed', source: 'redaction' }]);
});
