// Trace SDK, "Span processor": OnStart, OnEnding, OnEnd, and failures of a processor.

import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { FaultReporter, MultiSpanProcessor, TracerProvider } from '../../../src/engine/index.js';
import { CollectingProcessor, createTestEngine } from '../../support/engine-fixture.js';

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
  it('receives the start of a span synchronously, with a writable span and the parent context', () => {
    class Writer extends CollectingProcessor {
      override onStart(span: Span): void {
        span.setAttribute('written', Object.keys(span.attributes).length);
      }
    }
    const { tracer, collected } = createTestEngine({ spanProcessors: [new Writer()] });
    const parent = ROOT_CONTEXT.setValue(Symbol('x'), 1);
    const span = tracer.startSpan('a', { attributes: { a: 1 } }, parent) as Span;
    expect(span.attributes).toEqual({ a: 1, written: 1 });
    expect(collected.started).toEqual([span]);
    expect(collected.contexts[0]).toBe(parent);
  });

  it('may write to an ending span, whose end time is set, before any processor receives its end', () => {
    const order: string[] = [];
    class Ending extends CollectingProcessor {
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
    const { tracer } = createTestEngine({ spanProcessors: [new Ending('a'), new Ending('b')] });
    const span = tracer.startSpan('x') as Span;
    span.end();
    expect(order).toEqual(['a ending', 'b ending', 'a end', 'b end']);
    expect(span.attributes).toEqual({ a: true, b: true });
  });

  it('that throws is reported once, and affects neither the application nor the next processor', () => {
    const { tracer, collected, captured } = createTestEngine({
      spanProcessors: [new Broken(), new Broken()],
    });
    for (let i = 0; i < 3; i++) expect(() => tracer.startSpan('a').end()).not.toThrow();
    expect(collected.ended).toHaveLength(3);
    expect(captured).toEqual(
      Array(2).fill(
        expect.objectContaining({
          level: 'warn',
          code: 'callback_failed',
          source: 'span processor Broken',
          message: expect.stringContaining('onStart'),
        }),
      ),
    );
  });

  it('with async methods that reject is reported once, and the process continues', async () => {
    const fails = async (): Promise<never> => {
      throw new Error('too late');
    };
    const processor = { onStart: fails, onEnding: fails, onEnd: fails, forceFlush: fails, shutdown: fails };
    const { tracer, collected, captured } = createTestEngine({ spanProcessors: [processor] });
    tracer.startSpan('a').end();
    await new Promise(setImmediate);
    expect(collected.ended).toHaveLength(1);
    expect(captured).toEqual([
      expect.objectContaining({
        code: 'callback_failed',
        message: expect.stringMatching(/onStart.*too late/),
      }),
    ]);
  });

  it('that fails to shut down does not prevent the shutdown of the others', async () => {
    let down = 0;
    class Late extends CollectingProcessor {
      override async shutdown(): Promise<void> {
        down++;
      }
    }
    const provider = new TracerProvider({ spanProcessors: [new Broken(), new Late()] });
    await expect(provider.shutdown()).rejects.toThrow('shutdown');
    expect(down).toBe(1);
    await expect(provider.forceFlush()).rejects.toEqual([expect.objectContaining({ message: 'flush' })]);
  });

  it('that fails to flush does not prevent the flush of the others', async () => {
    let flushed = 0;
    class Flushed extends CollectingProcessor {
      override async forceFlush(): Promise<void> {
        flushed++;
      }
    }
    const faults = new FaultReporter(undefined);
    await expect(new MultiSpanProcessor([new Broken(), new Flushed()], faults).forceFlush()).rejects.toThrow(
      'flush',
    );
    await expect(new MultiSpanProcessor([new Flushed()], faults).forceFlush()).resolves.toBeUndefined();
    expect(flushed).toBe(2);
  });

  it('whose class name cannot be read is reported without it', () => {
    const processor = new Broken();
    Object.defineProperty(processor, 'constructor', {
      get() {
        throw new Error('no class');
      },
    });
    const { tracer, captured } = createTestEngine({ spanProcessors: [processor] });
    expect(() => tracer.startSpan('a').end()).not.toThrow();
    expect(captured).toEqual([
      expect.objectContaining({ code: 'callback_failed', source: 'span processor without a name' }),
    ]);
  });

  it('that is pushed into the array of the provider later receives the following spans', () => {
    const processors: SpanProcessor[] = [];
    const multi = new MultiSpanProcessor(processors, new FaultReporter(undefined));
    const { tracer } = createTestEngine({ spanProcessors: [multi] });
    tracer.startSpan('a').end();
    const added = new CollectingProcessor();
    processors.push(added);
    tracer.startSpan('b').end();
    expect(added.ended.map(({ name }) => name)).toEqual(['b']);
  });
});
