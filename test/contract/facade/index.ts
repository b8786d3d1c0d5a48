// The contract of the facade. Every provider behind the facade must satisfy it.

import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { TestTracing } from '../../support/providers.js';
import { facadeActiveSpan } from './active-span.js';
import { facadeContext } from './context.js';
import { facadeErrors } from './errors.js';
import { facadeMissingFunction } from './missing-function.js';
import { facadeOptions } from './options.js';
import { facadePropagation } from './propagation.js';
import { facadeResults } from './results.js';
import { facadeSpanEnd } from './span-end.js';
import { facadeStreams } from './streams.js';
import { facadeWrap } from './wrap.js';
import type { FacadeSubject } from './subject.js';

const SUITES: readonly ((subject: FacadeSubject) => void)[] = [
  facadeResults,
  facadeSpanEnd,
  facadeStreams,
  facadeErrors,
  facadeContext,
  facadeOptions,
  facadeWrap,
  facadeActiveSpan,
  facadeMissingFunction,
  facadePropagation,
];

/**
 * Runs the contract on one provider.
 *
 * @param name the provider in the test names
 * @param start starts the provider
 */
export function facadeContract(name: string, start: () => TestTracing): void {
  describe(`the facade on ${name}`, () => {
    let tracing: TestTracing;
    beforeAll(() => {
      tracing = start();
    });
    afterEach(() => tracing.reset());
    afterAll(() => tracing.stop());

    const subject: FacadeSubject = {
      spans: () => tracing.spans(),
      span: spanName => tracing.span(spanName),
      hasEnded: spanName => tracing.spans().some(span => span.name === spanName),
      reset: () => tracing.reset(),
    };
    for (const suite of SUITES) suite(subject);
  });
}
