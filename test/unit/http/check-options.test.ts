import { describe, expect, it } from 'vitest';
import { readFetch, readHandlerOptions } from '../../../src/http/check-options.js';
import { traceFetch, traceHandler } from '../../../src/http/index.js';
import { type CapturedDiagnostic, captureDiagnostics } from '../../support/captured-diagnostics.js';
import { ODD } from '../../support/odd-values.js';
import { createSourceProgram, listOptionPaths } from '../../support/option-types.js';

const ABSENT = ['undefined', 'null'];
const FUNCTIONS = ['function', 'class', 'revoked function'];

/** The values of each option that are not reported. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  route: ['text', 'huge text', ...FUNCTIONS],
  isError: FUNCTIONS,
};

/** Passes each odd value, and checks that exactly those that are not valid are reported. */
function check(valid: readonly string[], call: (odd: unknown) => void): void {
  for (const [name, create] of Object.entries(ODD)) {
    const captured = captureDiagnostics(() => call(create()));
    const isSilent = ABSENT.includes(name) || valid.includes(name);
    expect([name, captured.length > 0]).toEqual([name, !isSilent]);
  }
}

describe('the options of traceHandler', () => {
  it('has a case for every option of the type', () => {
    const file = 'src/http/route.ts';
    const paths = listOptionPaths(createSourceProgram([file]), file, 'HandlerOptions');
    expect(Object.keys(OPTIONS).toSorted()).toEqual(paths.toSorted());
  });

  it.each(Object.entries(OPTIONS))(
    '%s takes any value, and reports those that it cannot use',
    (name, valid) => {
      check(valid, odd => {
        const handler = traceHandler(() => new Response('result'), { [name]: odd });
        expect(handler(new Request('http://localhost/orders/1'))).toBeInstanceOf(Response);
      });
    },
  );

  it('themselves take any value', () => {
    check([], odd => {
      const handler = traceHandler(() => new Response('result'), odd as never);
      expect(handler(new Request('http://localhost/orders/1'))).toBeInstanceOf(Response);
    });
  });

  it('are copied', () => {
    const options = { route: () => '/orders/:id', isError: () => false };
    expect(readHandlerOptions(options)).toEqual(options);
    expect(readHandlerOptions({ route: '/orders', isError: undefined })).toEqual({ route: '/orders' });
  });

  it('that do not exist are reported with their name', () => {
    const captured = captureDiagnostics(() => readHandlerOptions({ rout: '/orders' }));
    expect(captured).toMatchObject([{ code: 'argument_ignored', source: 'traceHandler' }]);
    expect(captured[0]?.message).toContain('rout');
  });
});

describe('the callbacks', () => {
  it('a handler that is not a function is reported when it is wrapped', () => {
    const captured = captureDiagnostics(() => Reflect.apply(traceHandler, undefined, [undefined]));
    expect(captured).toMatchObject([{ code: 'function_missing', source: 'traceHandler' }]);
  });

  it('a fetch that is not a function is reported, and the global fetch is used', async () => {
    check(FUNCTIONS, odd => readFetch(odd));
    let captured: readonly CapturedDiagnostic[] = [];
    let traced: typeof fetch | undefined;
    captured = captureDiagnostics(() => {
      traced = Reflect.apply(traceFetch, undefined, [{ retries: 3 }]) as typeof fetch;
    });
    expect(captured).toMatchObject([{ code: 'argument_ignored', source: 'traceFetch' }]);
    expect(await (await traced?.('data:text/plain,result'))?.text()).toBe('result');
  });
});
