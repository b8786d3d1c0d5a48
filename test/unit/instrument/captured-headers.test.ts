import { expect, it } from 'vitest';
import { addCapturedHeaders, createCapturedHeaders } from '../../../src/instrument/captured-headers.js';

it('records headers as lists, and leaves out those that are missing', () => {
  const captured = createCapturedHeaders('request', ['X-Id', 'x-id', 'X-Many', 'X-None'])!;
  const values: Record<string, unknown> = { 'x-id': 7, 'x-many': ['a', 'b'] };
  const attributes = {};
  addCapturedHeaders(attributes, captured, name => values[name]);
  expect(attributes).toEqual({ 'http.request.header.x-id': ['7'], 'http.request.header.x-many': ['a', 'b'] });
});

it('is undefined without a name', () => {
  expect([createCapturedHeaders('response', undefined), createCapturedHeaders('response', [])]).toEqual([
    undefined,
    undefined,
  ]);
});
