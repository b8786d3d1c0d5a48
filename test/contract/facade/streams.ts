// The option stream: the span is open until the stream ends.

import { once } from 'node:events';
import { Duplex, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { countItems, countToTwo } from './fixtures.js';
import type { FacadeSubject } from './subject.js';

export function facadeStreams(subject: FacadeSubject): void {
  describe('stream: true keeps the span open until the end of', () => {
    it('an async iterable', async () => {
      const iterable = {
        label: 'rows',
        async *[Symbol.asyncIterator]() {
          yield trace.ids()?.spanId;
        },
      };
      const result = trace.span('work', { stream: true }, () => iterable);
      expect(result.label).toBe('rows');
      expect(subject.hasEnded('work')).toBe(false);
      const values: unknown[] = [];
      for await (const value of result) values.push(value);
      expect(values).toEqual([subject.span('work').spanContext().spanId]);
    });

    it('an iterable from a promise', async () => {
      const result = await trace.span('work', { stream: true }, async () =>
        (async function* tokens() {
          yield 'a';
        })(),
      );
      expect(subject.hasEnded('work')).toBe(false);
      for await (const _ of result) void _;
      expect(subject.hasEnded('work')).toBe(true);
    });

    it('a Node Readable that is read to its end', async () => {
      const seen: unknown[] = [];
      const source = new Readable({
        read() {
          seen.push(trace.ids()?.spanId);
          this.push(seen.length > 2 ? null : 'chunk');
        },
      });
      const result = trace.span('work', { stream: true }, () => source);
      expect(result).toBe(source);
      expect(subject.hasEnded('work')).toBe(false);
      const chunks = await result.toArray();
      await nextTurn();
      expect(chunks).toHaveLength(2);
      const { spanId } = subject.span('work').spanContext();
      expect(new Set(seen)).toEqual(new Set([spanId]));
    });

    it('a Node Readable that errors or is destroyed', async () => {
      const failing = trace.span('failing', { stream: true }, () => new Readable({ read() {} }));
      failing.on('error', () => {});
      failing.destroy(new Error('disk'));
      const cancelled = trace.span('cancelled', { stream: true }, () => new Readable({ read() {} }));
      cancelled.destroy();
      await nextTurn();
      await nextTurn();
      expect(subject.span('failing').status).toEqual({ code: SpanStatusCode.ERROR, message: 'disk' });
      expect(subject.span('cancelled').status.code).toBe(SpanStatusCode.UNSET);
    });

    it('a Node Readable, whose unhandled error stays unhandled', async () => {
      const stream = trace.span('work', { stream: true }, () => new Readable({ read() {} }));
      expect(stream.listenerCount('error')).toBe(0);
      stream.once('error', () => {});
      stream.destroy(new Error('disk'));
      await nextTurn();
      expect(subject.span('work').status.message).toBe('disk');
    });

    it('a Node Readable that has ended already', async () => {
      const failed = new Readable({ read() {} }).on('error', () => {});
      failed.destroy(new Error('early'));
      const destroyed = new Readable({ read() {} });
      destroyed.destroy();
      await nextTurn();
      trace.span('failed', { stream: true }, () => failed);
      trace.span('destroyed', { stream: true }, () => destroyed);
      expect(subject.span('failed').status).toEqual({ code: SpanStatusCode.ERROR, message: 'early' });
      expect(subject.span('destroyed').status.code).toBe(SpanStatusCode.UNSET);
    });

    it('the readable side of a Duplex, and a later error changes nothing', async () => {
      const duplex = trace.span(
        'work',
        { stream: true },
        () =>
          new Duplex({
            read() {
              this.push(null);
            },
            write: (_chunk, _encoding, done) => done(),
          }),
      );
      duplex.on('error', () => {});
      duplex.resume();
      await once(duplex, 'end');
      expect(subject.hasEnded('work')).toBe(true);
      duplex.destroy(new Error('late'));
      await nextTurn();
      expect(subject.spans().map(span => span.status.code)).toEqual([SpanStatusCode.UNSET]);
    });

    it('a frozen async iterable, and an instance of a class', async () => {
      class Rows {
        static readonly size = 2;
        readonly #row: string;
        constructor(row: string) {
          this.#row = row;
        }
        row(): string {
          return this.#row;
        }
        async *[Symbol.asyncIterator](): AsyncGenerator<string> {
          yield this.row();
        }
      }
      const frozen = Object.freeze({ label: 'cold', [Symbol.asyncIterator]: () => countToTwo() });
      const cold = trace.span('frozen', { stream: true }, () => frozen);
      const rows = trace.span('rows', { stream: true }, () => new Rows('row'));
      expect([cold.label, Object.keys(cold), rows.constructor]).toEqual(['cold', ['label'], Rows]);
      expect([await countItems(cold), await countItems(rows)]).toEqual([2, 1]);
      expect([subject.hasEnded('frozen'), subject.hasEnded('rows')]).toEqual([true, true]);
    });

    it('a byte stream, whose readers may have their own buffer', async () => {
      const bytes = new ReadableStream({
        type: 'bytes',
        start(controller) {
          controller.enqueue(new TextEncoder().encode('hello'));
          controller.close();
        },
      });
      const response = await trace.span('work', { stream: true }, async () => new Response(bytes));
      const reader = response.body?.getReader({ mode: 'byob' });
      const first = await reader?.read(new Uint8Array(8));
      expect(Buffer.from(first?.value ?? []).toString()).toBe('hello');
      expect((await reader?.read(new Uint8Array(8)))?.done).toBe(true);
      expect(subject.hasEnded('work')).toBe(true);
    });

    it('a ReadableStream whose source fails to cancel', async () => {
      const source = new ReadableStream({ cancel: () => Promise.reject(new Error('stuck')) });
      const stream = trace.span('work', { stream: true }, () => source);
      await expect(stream.cancel()).rejects.toThrow('stuck');
      expect(subject.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'stuck' });
    });

    it('a ReadableStream that ends, fails or is cancelled', async () => {
      const chunks = (fail?: Error): ReadableStream<string> =>
        new ReadableStream({
          pull(controller) {
            controller.enqueue('a');
            if (fail === undefined) controller.close();
            else controller.error(fail);
          },
        });
      const read = trace.span('read', { stream: true }, () => chunks());
      expect(subject.hasEnded('read')).toBe(false);
      const values: string[] = [];
      for await (const chunk of read) values.push(chunk);
      const failing = trace.span('failing', { stream: true }, () => chunks(new Error('reset'))).getReader();
      await expect(
        (async () => {
          while (!(await failing.read()).done);
        })(),
      ).rejects.toThrow('reset');
      await trace.span('cancelled', { stream: true }, () => chunks()).cancel('enough');
      expect(values).toEqual(['a']);
      expect(['read', 'cancelled'].map(name => subject.span(name).status.code)).toEqual([0, 0]);
      expect(subject.span('failing').status).toEqual({ code: SpanStatusCode.ERROR, message: 'reset' });
    });

    it('a ReadableStream that is cancelled during a read', async () => {
      let push = (): void => {};
      const source = new ReadableStream<string>({
        pull: controller =>
          new Promise<void>(resolve => {
            push = () => {
              controller.enqueue('late');
              resolve();
            };
          }),
      });
      const reader = trace.span('work', { stream: true }, () => source).getReader();
      const pending = reader.read();
      await nextTurn();
      push();
      await reader.cancel();
      await pending;
      await nextTurn();
      expect(subject.span('work').status.code).toBe(SpanStatusCode.UNSET);
    });

    it('nothing for a subclass of Response, which is returned unchanged', async () => {
      class PageResponse extends Response {
        readonly cookies = new Map([['a', 'b']]);
      }
      const page = new PageResponse('hello');
      expect(trace.span('work', { stream: true }, () => page)).toBe(page);
      expect(subject.hasEnded('work')).toBe(true);
      expect(await page.text()).toBe('hello');
    });

    it('the body of a Response, with its status and headers', async () => {
      const result = await trace.span(
        'work',
        { stream: true },
        async () => new Response('hello', { status: 201, headers: { 'x-a': 'b' } }),
      );
      expect(subject.hasEnded('work')).toBe(false);
      expect([result.status, result.headers.get('x-a'), await result.text()]).toEqual([201, 'b', 'hello']);
      expect(subject.hasEnded('work')).toBe(true);
    });

    it('a Response with replaced properties, and its clones', async () => {
      const original = new Response('hello');
      for (const [key, value] of [
        ['status', 999],
        ['ok', false],
        ['url', 'https://shop.example/orders'],
      ] as const) {
        Object.defineProperty(original, key, { value });
      }
      const result = trace.span('work', { stream: true }, () => original);
      const clone = result.clone();
      expect([result.status, result.ok, clone.status, clone.url]).toEqual([
        999,
        false,
        999,
        'https://shop.example/orders',
      ]);
      expect([await result.text(), await clone.text()]).toEqual(['hello', 'hello']);
      expect(subject.hasEnded('work')).toBe(true);
    });

    it('nothing for any other value', () => {
      expect(trace.span('work', { stream: true }, () => 7)).toBe(7);
      expect(subject.hasEnded('work')).toBe(true);
      expect(trace.span('empty', { stream: true }, () => new Response(null)).status).toBe(200);
      expect(subject.hasEnded('empty')).toBe(true);
    });
  });
}
