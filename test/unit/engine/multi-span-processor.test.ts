// Trace SDK, "Span processor": OnStart, OnEnding, OnEnd, and what a broken one may do to the rest (nothing).

import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { TracerProvider } from '../../../src/engine/index.js';
import { Keeper, setup } from '../../support/engine-fixture.js';

class Broken implements SpanProcessor {
  onStart(): never {
    throw new Error('start');
  }
  onEnding(): never {
    throw new Error('ending');
  }
  onEnd(): never {
    throw new Error('end');
  }
  forceFlush(): Promise<void> {
    return Promise.reject(new Error('flush'));
  }
  shutdown(): never {
    throw new Error('shutdown');
  }
}

describe('a span processor', () => {
  it('is told of the start, in order and at once, with a span that can be written and the parent context', () => {
    class Writer extends Keeper {
      override onStart(span: Span): void {
        span.setAttribute('written', Object.keys(span.attributes).length);
      }
    }
    const { tracer, keeper } = setup({ spanProcessors: [new Writer()] });
    const parent = ROOT_CONTEXT.setValue(Symbol('x'), 1);
    const span = tracer.startSpan('a', { attributes: { a: 1 } }, parent) as Span;
    expect(span.attributes).toEqual({ a: 1, written: 1 });
    expect(keeper.started).toEqual([span]);
    expect(keeper.contexts[0]).toBe(parent);
  });

  it('may still write when the span is ending, with its end time set, before any processor sees the end', () => {
    const order: string[] = [];
    class Ending extends Keeper {
      readonly #name: string;
      constructor(name: string) {
        super();
        this.#name = name;
      }
      onEnding(span: Span): void {
        span.setAttribute(this.#name, span.endTime[0] > 0);
        span.end();
        order.push(`${this.#name} ending`);
      }
      override onEnd(): void {
        order.push(`${this.#name} end`);
      }
    }
    const { tracer } = setup({ spanProcessors: [new Ending('a'), new Ending('b')] });
    const span = tracer.startSpan('x') as Span;
    span.end();
    expect(order).toEqual(['a ending', 'b ending', 'a end', 'b end']);
    expect(span.attributes).toEqual({ a: true, b: true });
  });

  it('that throws is told once, and neither the application nor the next processor notices', () => {
    const { tracer, keeper, said } = setup({ spanProcessors: [new Broken(), new Broken()] });
    for (let i = 0; i < 3; i++) expect(() => tracer.startSpan('a').end()).not.toThrow();
    expect(keeper.ended).toHaveLength(3);
    expect(said).toEqual(
      Array(2).fill(expect.stringContaining('span processor Broken: onStart failed: Error: start')),
    );
  });

  it('whose methods are async and reject is told once, and the process lives', async () => {
    const fails = async (): Promise<never> => {
      throw new Error('too late');
    };
    const processor = { onStart: fails, onEnding: fails, onEnd: fails, forceFlush: fails, shutdown: fails };
    const { tracer, keeper, said } = setup({ spanProcessors: [processor] });
    tracer.startSpan('a').end();
    await new Promise(setImmediate);
    expect(keeper.ended).toHaveLength(1);
    expect(said).toEqual([expect.stringContaining('onStart failed: Error: too late')]);
  });

  it('that cannot shut down does not keep the others from it', async () => {
    let down = 0;
    class Late extends Keeper {
      override async shutdown(): Promise<void> {
        down++;
      }
    }
    const provider = new TracerProvider({ spanProcessors: [new Broken(), new Late()] });
    await expect(provider.shutdown()).rejects.toThrow('shutdown');
    expect(down).toBe(1);
    await expect(provider.forceFlush()).rejects.toEqual([expect.objectContaining({ message: 'flush' })]);
  });
});
