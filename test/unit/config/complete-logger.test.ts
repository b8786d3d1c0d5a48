import { expect, it } from 'vitest';
import { completeLogger } from '../../../src/config/complete-logger.js';

const LEVELS = ['error', 'warn', 'info', 'debug'] as const;

/** The messages that reach a logger with these methods, each as `method:level`. */
function messagesOf(methods: readonly (typeof LEVELS)[number][]): string[] {
  const messages: string[] = [];
  const partial = Object.fromEntries(
    methods.map(method => [method, (message: string) => void messages.push(`${method}:${message}`)]),
  );
  const logger = completeLogger(partial);
  for (const level of LEVELS) logger[level](level);
  return messages;
}

it('errors and warnings go to the nearest method that exists, other messages are left out', () => {
  expect(messagesOf(LEVELS)).toEqual(['error:error', 'warn:warn', 'info:info', 'debug:debug']);
  expect(messagesOf(['warn'])).toEqual(['warn:error', 'warn:warn']);
  expect(messagesOf(['error'])).toEqual(['error:error', 'error:warn']);
  expect(messagesOf(['info'])).toEqual(['info:error', 'info:warn', 'info:info']);
  expect(messagesOf(['debug'])).toEqual(['debug:error', 'debug:warn', 'debug:debug']);
});

it('methods are called on the logger', () => {
  const logger = {
    count: 0,
    warn() {
      this.count++;
    },
  };
  completeLogger(logger).warn('a');
  expect(logger.count).toBe(1);
});
