import { SpanKind } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { resolveKind } from '../../../src/span/span-kind.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

it('takes names in any case and numbers', () => {
  expect(['internal', 'SERVER', 'Client', SpanKind.PRODUCER, 4].map(resolveKind)).toEqual([0, 1, 2, 3, 4]);
});

it('reports each unknown kind once, and uses internal', () => {
  const odd = ['consumr', 'consumr', 99, {}, Symbol('kind'), 'toString', 'INTERNAL ', -1, 'x'.repeat(1_000)];
  const captured = captureDiagnostics(() => expect(odd.map(resolveKind)).toEqual(odd.map(() => 0)));
  expect(captured.map(({ code }) => code)).toEqual(Array(8).fill('unknown_span_kind'));
  expect(Math.max(...captured.map(({ message }) => message.length))).toBeLessThan(120);
});
