import { type Context, context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { beforeEach, describe, expect, it } from 'vitest';
import { HandlerContexts } from '../../../../src/instrument/client/fetch-handler-context.js';
import { startRecording } from '../../../support/server-recording.js';

const CALLER = ROOT_CONTEXT.setValue(createContextKey('caller'), true);
const CONNECTION = ROOT_CONTEXT.setValue(createContextKey('connection'), true);

/** Creates the class of a copy of undici, whose methods return what they have received. */
function createRequestClass(names: readonly string[]) {
  class Request {
    readonly method = 'GET';
  }
  const own = Request.prototype as unknown as Record<string, unknown>;
  for (const name of names) {
    own[name] = function (this: unknown, ...args: unknown[]) {
      return { self: this, args, active: context.active() };
    };
  }
  return Request as unknown as new () => Record<
    string,
    (...args: unknown[]) => { self: unknown; args: unknown[]; active: Context }
  >;
}

const emit = <T>(fn: () => T): T => context.with(CONNECTION, fn);

beforeEach(() => void startRecording());

describe('HandlerContexts', () => {
  it.each(['onHeaders', 'onComplete', 'onError', 'onResponseStart', 'onResponseEnd', 'onResponseError'])(
    'runs %s in the context of the request',
    name => {
      const Request = createRequestClass([name, 'onData']);
      const [bound, other] = [new Request(), new Request()];
      const contexts = new HandlerContexts();
      contexts.bind(bound, CALLER);
      expect(emit(() => bound[name]?.(1, 'two'))).toEqual({ self: bound, args: [1, 'two'], active: CALLER });
      expect(emit(() => bound[name]?.())?.active).toBe(CALLER);
      expect(emit(() => bound['onData']?.())?.active).toBe(CONNECTION);
      expect(emit(() => other[name]?.())?.active).toBe(CONNECTION);
    },
  );

  it('wraps the methods once, and restores them', () => {
    const Request = createRequestClass(['onHeaders']);
    const original = Request.prototype.onHeaders;
    const contexts = new HandlerContexts();
    contexts.bind(new Request(), CALLER);
    const wrapped = Request.prototype.onHeaders;
    contexts.bind(new Request(), CALLER);
    expect(wrapped).not.toBe(original);
    expect(Request.prototype.onHeaders).toBe(wrapped);
    contexts.restore();
    expect(Request.prototype.onHeaders).toBe(original);
    contexts.bind(new Request(), CALLER);
    expect(Request.prototype.onHeaders).not.toBe(original);
  });

  it.each([
    ['a plain object', {}],
    ['an object without a prototype', Object.create(null) as object],
  ])('ignores %s', (_, request) => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    expect(() => new HandlerContexts().bind(request, CALLER)).not.toThrow();
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });
});
