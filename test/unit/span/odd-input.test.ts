// Every function and option of the facade with values that TypeScript refuses. No call throws into the application, each does
// the nearest sensible thing, and a value that cannot be used is reported.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { trace } from '../../../src/span/trace.js';
import type { TraceApi } from '../../../src/span/trace-api.js';
import type { SpanOptions, TracedDecorator, TracedOptions, WrapAllOptions } from '../../../src/span/types.js';
import { collectDiagnostics } from '../../support/captured-diagnostics.js';
import { type Odd, ODD } from '../../support/odd-values.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';

/** Values that mean that there is none, which are not reported. */
const ABSENT: readonly string[] = ['undefined', 'null'];

interface OddCase {
  /** Calls the function inside a span, and returns its result. */
  readonly call: (odd: Odd) => unknown;
  /** The result for every value, or undefined if it depends on the value. */
  readonly returns?: unknown;
  /** The values that are valid, and therefore not reported, besides `undefined` and `null`. */
  readonly valid: readonly string[] | 'all';
  /** Whether the value is the function to run. One that cannot be called throws, as it does without tracing. */
  readonly isCallback?: true;
}

const OBJECTS = ['error', 'frozen', 'no prototype', 'huge object'];
const TEXT = ['empty text', 'text', 'huge text'];
const FUNCTIONS = ['function', 'class', 'revoked function'];
/** Values that an attribute can have. */
const ATTRIBUTES = Object.keys(ODD).filter(
  name => ![...FUNCTIONS, 'symbol', 'invalid date', 'revoked proxy', 'getters that throw'].includes(name),
);
const CARRIERS = ['array', 'map', 'no prototype', 'huge array', 'huge object'];

let spanCount = 0;
/** Options are checked once for each span name. */
const uniqueName = (): string => `odd ${spanCount++}`;

/** Every member of the facade. A new member without a case does not compile. */
const FACADE: Readonly<Record<keyof TraceApi, Readonly<Record<string, OddCase>>>> = {
  span: {
    name: { call: odd => trace.span(odd, () => 'result'), returns: 'result', valid: TEXT },
    options: {
      call: odd => trace.span(uniqueName(), odd, () => 'result'),
      valid: [...FUNCTIONS, 'error'],
      isCallback: true,
    },
    fn: { call: odd => trace.span('f', odd), valid: FUNCTIONS, isCallback: true },
  },
  wrap: {
    name: { call: odd => trace.wrap(odd, () => 'result')(), returns: 'result', valid: TEXT },
    fn: { call: odd => trace.wrap('x', odd), valid: ['function', 'class'] },
    options: { call: odd => trace.wrap('x', () => 'result', odd)(), returns: 'result', valid: ['error'] },
  },
  wrapAll: {
    target: { call: odd => trace.wrapAll(odd) === odd || Number.isNaN(odd), returns: true, valid: 'all' },
    options: {
      call: odd => trace.wrapAll({ pay: () => 'result' }, odd).pay(),
      returns: 'result',
      valid: ['error'],
    },
  },
  traced: {
    name: { call: odd => typeof trace.traced(odd), valid: 'all' },
    options: {
      call: odd => decorateWith(trace.traced('x', odd as TracedOptions)),
      returns: 'result',
      valid: ['error'],
    },
  },
  startSpan: {
    name: { call: odd => trace.startSpan(odd).end(), returns: undefined, valid: TEXT },
    options: { call: odd => trace.startSpan(uniqueName(), odd).end(), returns: undefined, valid: ['error'] },
  },
  withSpan: {
    span: { call: odd => trace.withSpan(odd, () => 'result'), returns: 'result', valid: [] },
    fn: { call: odd => trace.withSpan(trace.startSpan('x'), odd), valid: FUNCTIONS, isCallback: true },
  },
  scope: {
    name: { call: odd => trace.scope(odd).span('x', () => 'result'), returns: 'result', valid: TEXT },
    version: { call: odd => trace.scope('x', odd).span('x', () => 'result'), returns: 'result', valid: TEXT },
  },
  getActiveSpan: {},
  getRootSpan: {},
  setAttribute: {
    key: { call: odd => trace.setAttribute(odd, 1), returns: undefined, valid: ['text', 'huge text'] },
    value: { call: odd => trace.setAttribute('a', odd), returns: undefined, valid: ATTRIBUTES },
  },
  setAttributes: {
    attributes: { call: odd => trace.setAttributes(odd), returns: undefined, valid: OBJECTS },
  },
  addEvent: {
    name: { call: odd => trace.addEvent(odd), returns: undefined, valid: TEXT },
    attributes: { call: odd => trace.addEvent('e', odd), returns: undefined, valid: OBJECTS },
    time: {
      call: odd => trace.addEvent('e', {}, odd),
      returns: undefined,
      valid: ['zero', 'number', 'date'],
    },
  },
  recordError: {
    error: { call: odd => trace.recordError(odd), returns: undefined, valid: 'all' },
    options: { call: odd => trace.recordError(new Error('x'), odd), returns: undefined, valid: 'all' },
    attributes: {
      call: odd => trace.recordError(new Error('x'), { attributes: odd }),
      returns: undefined,
      valid: OBJECTS,
    },
    handled: {
      call: odd => trace.recordError(new Error('x'), { handled: odd }),
      returns: undefined,
      valid: ['boolean'],
    },
  },
  ids: {},
  url: { ids: { call: odd => trace.url(odd), returns: undefined, valid: [] } },
  withAttributes: {
    attributes: { call: odd => trace.withAttributes(odd, () => 'result'), returns: 'result', valid: OBJECTS },
    fn: { call: odd => trace.withAttributes({}, odd), valid: FUNCTIONS, isCallback: true },
  },
  bind: { target: { call: odd => trace.bind(odd), valid: ['function', 'class'] } },
  detached: { fn: { call: odd => trace.detached(odd), valid: FUNCTIONS, isCallback: true } },
  suppress: { fn: { call: odd => trace.suppress(odd), valid: FUNCTIONS, isCallback: true } },
  inject: {
    // An error and a class instance are objects with properties, as far as anyone can see.
    carrier: { call: odd => typeof trace.inject(odd), valid: [...CARRIERS, 'error'] },
  },
  extract: {
    carrier: { call: odd => typeof trace.extract(odd), returns: 'object', valid: [...CARRIERS, 'frozen'] },
  },
  continue: {
    carrier: {
      call: odd => trace.continue(odd, 'x', () => 'result'),
      returns: 'result',
      valid: [...CARRIERS, 'frozen'],
    },
    name: { call: odd => trace.continue({}, odd, () => 'result'), returns: 'result', valid: TEXT },
    options: {
      call: odd => trace.continue({}, uniqueName(), odd, () => 'result'),
      valid: [...FUNCTIONS, 'error'],
      isCallback: true,
    },
    fn: { call: odd => trace.continue({}, 'x', odd), valid: FUNCTIONS, isCallback: true },
  },
  withBaggage: {
    entries: {
      call: odd => trace.withBaggage(odd, () => 'result'),
      returns: 'result',
      valid: ['error', 'no prototype', 'huge object'],
    },
    value: {
      call: odd => trace.withBaggage({ a: odd }, () => 'result'),
      returns: 'result',
      valid: [...TEXT, 'zero', 'number', 'NaN', 'bigint', 'boolean'],
    },
    fn: { call: odd => trace.withBaggage({}, odd), valid: FUNCTIONS, isCallback: true },
  },
  getBaggage: {},
  childEnv: { env: { call: odd => typeof trace.childEnv(odd), returns: 'object', valid: 'all' } },
  keep: {},
  drop: {},
  check: {},
  flush: {
    options: { call: odd => trace.flush(odd), valid: 'all' },
    timeoutMs: { call: odd => trace.flush({ timeoutMs: odd }), valid: ['zero', 'number'] },
  },
  shutdown: {
    options: { call: odd => trace.shutdown(odd), valid: 'all' },
    timeoutMs: { call: odd => trace.shutdown({ timeoutMs: odd }), valid: ['zero', 'number'] },
  },
  stats: {},
  getTracer: {
    name: { call: odd => typeof trace.getTracer(odd), returns: 'object', valid: TEXT },
    version: { call: odd => typeof trace.getTracer('x', odd), returns: 'object', valid: TEXT },
    schemaUrl: {
      call: odd => typeof trace.getTracer('x', '1', { schemaUrl: odd }),
      returns: 'object',
      valid: TEXT,
    },
  },
};

/** Every option of a span. A new option without a case does not compile. */
const SPAN_OPTIONS: Readonly<Record<keyof SpanOptions, readonly string[]>> = {
  attributes: OBJECTS,
  kind: ['zero'],
  links: [],
  root: ['boolean'],
  // Lists and maps can be carriers. Without a context in them, the new trace is reported at debug level.
  parent: [],
  startTime: ['zero', 'number', 'date'],
  stream: ['boolean'],
  keep: ['boolean'],
  isError: FUNCTIONS,
};

const WRAP_OPTIONS: Readonly<
  Record<Exclude<keyof TracedOptions, keyof SpanOptions> | 'attributes', readonly string[]>
> = {
  attributes: OBJECTS,
  // The functions among the odd values return a number or cannot be called.
  result: [],
};

const WRAP_ALL_OPTIONS: Readonly<Record<keyof WrapAllOptions, readonly string[]>> = {
  prefix: TEXT,
  only: [],
  skip: [],
};

function decorateWith(decorate: TracedDecorator): unknown {
  return decorate({}, 'total', { value: () => 'result' }).value?.();
}

let tracing: TestTracing;
const previous = globalState.diagnostics;
afterEach(() => {
  globalState.diagnostics = previous;
});

/** Calls inside a span, and checks the result and whether a report was made. */
function check(name: string, call: (odd: Odd) => unknown, oddCase: Omit<OddCase, 'call'>): void {
  const { diagnostics, captured } = collectDiagnostics();
  globalState.diagnostics = diagnostics;
  trace.span('around', () => {
    const odd = (ODD[name] as () => Odd)();
    const isUncallable = oddCase.isCallback === true && (name === 'class' || name === 'revoked function');
    if (isUncallable) return expect(() => call(odd)).toThrow(TypeError);
    const result = call(odd);
    if ('returns' in oddCase) expect(result).toBe(oddCase.returns);
    return undefined;
  });
  if (oddCase.valid === 'all' || ABSENT.includes(name)) return;
  // A foreign provider has no option keep.
  const codes = captured.map(({ code }) => code).filter(code => code !== 'override_unavailable');
  expect([name, codes.length > 0], codes.join()).toEqual([name, !oddCase.valid.includes(name)]);
}

describe.each([
  ['our provider', startOwnTracing],
  ['a foreign provider', startForeignTracing],
])('on %s', (_, start) => {
  beforeEach(() => {
    tracing = start();
  });
  afterEach(() => tracing.stop());

  const cases = Object.entries(FACADE).flatMap(([member, parameters]) =>
    Object.entries(parameters).map(
      ([parameter, oddCase]) => [`trace.${member}: ${parameter}`, oddCase] as const,
    ),
  );

  it.each(cases)('%s takes any value', (__, { call, ...oddCase }) => {
    for (const name of Object.keys(ODD)) check(name, call, oddCase);
  });

  it.each(Object.entries(SPAN_OPTIONS))('the span option %s takes any value', (option, valid) => {
    const call = (odd: Odd): unknown => trace.span(uniqueName(), { [option]: odd }, () => option);
    for (const name of Object.keys(ODD)) check(name, call, { valid, returns: option });
  });

  it.each(Object.entries(WRAP_OPTIONS))('the option %s of trace.wrap takes any value', (option, valid) => {
    const call = (odd: Odd): unknown => trace.wrap('x', () => 'result', { [option]: odd })();
    for (const name of Object.keys(ODD)) check(name, call, { valid, returns: 'result' });
  });

  it.each(Object.entries(WRAP_ALL_OPTIONS))(
    'the option %s of trace.wrapAll takes any value',
    (option, valid) => {
      const call = (odd: Odd): unknown => trace.wrapAll({ pay: () => 'result' }, { [option]: odd }).pay();
      for (const name of Object.keys(ODD)) check(name, call, { valid, returns: 'result' });
    },
  );
});
