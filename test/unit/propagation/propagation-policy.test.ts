import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { parseRequestTarget } from '../../../src/core/request-target.js';
import { createPropagationPolicy } from '../../../src/propagation/propagation-policy.js';
import type { PropagateOptions } from '../../../src/propagation/types.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const CONTEXT = trace.setSpanContext(
  propagation.setBaggage(
    ROOT_CONTEXT,
    propagation.createBaggage({ tenant: { value: 'acme' }, user: { value: 'ann' } }),
  ),
  CALLER,
);
const SOURCE = { remoteAddress: '10.0.0.1', url: '/orders?page=2' };

function sent(options: PropagateOptions, url: string): [hasTrace: boolean, hasBaggage: boolean] {
  const allowed = createPropagationPolicy(options)?.filterOutgoing(CONTEXT, parseRequestTarget(url)!);
  if (allowed === undefined) return [false, false];
  return [trace.getSpanContext(allowed) !== undefined, propagation.getBaggage(allowed) !== undefined];
}

describe('createPropagationPolicy', () => {
  it('is undefined if nothing is restricted', () => {
    expect(createPropagationPolicy({})).toBeUndefined();
    expect(createPropagationPolicy({ formats: ['w3c'], from: 'any', baggageFrom: ['a'] })).toBeUndefined();
  });

  it.each<[PropagateOptions, string, [boolean, boolean]]>([
    [{ to: ['*.internal'] }, 'http://a.internal/', [true, true]],
    [{ to: '*.internal' }, 'http://a.example/', [false, false]],
    [{ to: [] }, 'http://a.example/', [false, false]],
    [{ to: 'a:81' }, 'http://a:81/', [true, true]],
    [{ to: 'a', baggageTo: [] }, 'http://a/', [true, false]],
    [{ baggageTo: 'b' }, 'http://a/', [true, false]],
    [{ to: 'a', baggageTo: 'b' }, 'http://b/', [false, true]],
    [{ to: url => url === 'http://a/x?y=1' }, 'http://a/x?y=1', [true, true]],
    [{ to: () => false }, 'http://a/', [false, false]],
  ])('%o, %s', (options, url, expected) => {
    expect(sent(options, url)).toEqual(expected);
  });

  it('calls the function of `to` once for each request, as it decides about baggage too', () => {
    const urls: string[] = [];
    sent({ to: url => urls.push(url) > 0 }, 'http://a/');
    expect(urls).toEqual(['http://a/']);
  });

  it('trusts every caller without the option `from`', () => {
    const policy = createPropagationPolicy({ to: 'a' })!;
    expect(policy.acceptIncoming(CONTEXT, {}, () => SOURCE)).toEqual({ context: CONTEXT, link: undefined });
  });

  it('sends nothing if the function throws, which is reported', () => {
    const options = {
      to: () => {
        throw new Error('no');
      },
    };
    const captured = captureDiagnostics(() => expect(sent(options, 'http://a/')).toEqual([false, false]));
    expect(captured).toMatchObject([{ code: 'callback_failed', source: 'propagate.to' }]);
  });

  it("starts a new trace with a link and accepted baggage only for from: 'none'", () => {
    const policy = createPropagationPolicy({ from: 'none', baggageFrom: ['tenant'] })!;
    const { context, link } = policy.acceptIncoming(CONTEXT, {}, () => SOURCE);
    expect(trace.getSpanContext(context)).toBeUndefined();
    expect(propagation.getBaggage(context)?.getAllEntries()).toEqual([['tenant', { value: 'acme' }]]);
    expect(link).toEqual({ context: CALLER });
    expect(policy.acceptIncoming(ROOT_CONTEXT, {}, () => SOURCE)).toEqual({
      context: ROOT_CONTEXT,
      link: undefined,
    });
  });

  it('asks a function about headers and sender', () => {
    const asked: unknown[] = [];
    const policy = createPropagationPolicy({
      from(carrier, source) {
        asked.push(carrier, source);
        return carrier['x-key'] === 'k';
      },
    })!;
    const accepted = policy.acceptIncoming(CONTEXT, new Headers({ 'X-Key': 'k' }), () => SOURCE);
    expect(accepted).toEqual({ context: CONTEXT, link: undefined });
    expect(policy.acceptIncoming(CONTEXT, {}, () => SOURCE).context).toBe(ROOT_CONTEXT);
    expect(asked).toEqual([{ 'x-key': 'k' }, SOURCE, {}, SOURCE]);
  });
});
