import { ROOT_CONTEXT } from '@opentelemetry/api';
import { isTracingSuppressed as theirs, suppressTracing as suppressTheirs } from '@opentelemetry/core';
import { expect, it } from 'vitest';
import {
  isSuppressedByApplication,
  isTracingSuppressed,
  suppressBelowClientSpan,
  suppressTracing,
} from '../../../src/core/suppression.js';

it('suppression is the same to OpenTelemetry and to us', () => {
  expect([theirs(ROOT_CONTEXT), isTracingSuppressed(ROOT_CONTEXT)]).toEqual([false, false]);
  expect(theirs(suppressTracing(ROOT_CONTEXT))).toBe(true);
  expect(isTracingSuppressed(suppressTheirs(ROOT_CONTEXT))).toBe(true);
});

it('the suppression below a client span is not that of the application', () => {
  const below = suppressBelowClientSpan(ROOT_CONTEXT);
  expect([theirs(below), isSuppressedByApplication(below)]).toEqual([true, false]);
  expect(isSuppressedByApplication(suppressTracing(ROOT_CONTEXT))).toBe(true);
});
