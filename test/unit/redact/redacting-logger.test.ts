import { expect, it } from 'vitest';
import { createRedactingLogger } from '../../../src/redact/redacting-logger.js';
import { createDefaultRedactor } from '../../support/redact/redact-text.js';

it('the messages of every level are redacted', () => {
  const messages: string[] = [];
  const record =
    (level: string) =>
    (message: string): void =>
      void messages.push(`${level} ${message}`);
  const logger = createRedactingLogger(
    { error: record('error'), warn: record('warn'), info: record('info'), debug: record('debug') },
    createDefaultRedactor(),
  );
  for (const level of ['error', 'warn', 'info', 'debug'] as const) logger[level](`${level}: token=abc1`);
  expect(messages).toEqual([
    'error error: token=***',
    'warn warn: token=***',
    'info info: token=***',
    'debug debug: token=***',
  ]);
});

it('an exception of the logger reaches the caller', () => {
  const fail = (): never => {
    throw new Error('closed');
  };
  const logger = createRedactingLogger(
    { error: fail, warn: fail, info: fail, debug: fail },
    createDefaultRedactor(),
  );
  expect(() => logger.warn('a')).toThrow('closed');
});
