import { describe, expect, it } from 'vitest';
import {
  normalizeName,
  isBundledName,
  KNOWN_NAMES,
  getPackageName,
} from '../../../src/instrument/instrumentation-names.js';

describe('names of instrumentations', () => {
  it.each([
    ['express', 'express', '@opentelemetry/instrumentation-express'],
    ['Express ', 'express', '@opentelemetry/instrumentation-express'],
    ['@opentelemetry/instrumentation-pg', 'pg', '@opentelemetry/instrumentation-pg'],
    ['postgres', 'pg', '@opentelemetry/instrumentation-pg'],
    ['rabbitmq', 'amqplib', '@opentelemetry/instrumentation-amqplib'],
    ['fastify', 'fastify', '@fastify/otel'],
    ['@fastify/otel', 'fastify', '@fastify/otel'],
    ['@acme/otel-queue', '@acme/otel-queue', '@acme/otel-queue'],
  ])('%j is %s in the package %s', (written, name, packageName) => {
    expect(normalizeName(written)).toBe(name);
    expect(getPackageName(name)).toBe(packageName);
  });

  it.each([
    ['https', 'http'],
    ['@opentelemetry/instrumentation-http', 'http'],
    ['undici', 'fetch'],
    ['@opentelemetry/instrumentation-undici', 'fetch'],
  ])('%j is %s of this package', (written, name) => {
    expect(normalizeName(written)).toBe(name);
    expect(isBundledName(name)).toBe(true);
  });

  it('KNOWN_NAMES has each name once, and aliases', () => {
    expect(new Set(KNOWN_NAMES).size).toBe(KNOWN_NAMES.length);
    expect(KNOWN_NAMES.filter(name => !KNOWN_NAMES.includes(normalizeName(name)))).toEqual([]);
    expect(KNOWN_NAMES).toContain('postgres');
  });

  it('only http and fetch are bundled', () => {
    expect(KNOWN_NAMES.filter(isBundledName)).toEqual(['http', 'fetch']);
  });
});
