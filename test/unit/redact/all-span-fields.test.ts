// Each place of a span that the documents name: what stood there with a secret in it comes over the wire without.

import { trace as otel } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { otlp } from '../../../src/exporters/index.js';
import { init, type InitOptions, trace } from '../../../src/index.js';
import { receiving } from '../../support/receiving.js';

const SECRET = 't0psecret99';
const TEXT = `https://ann:${SECRET}@a.example/x?token=${SECRET}&page=2`;
const SHOWN = 'https://***@a.example/x?token=***&page=2';
const KEYED = { api_key: SECRET, city: 'Bonn', note: TEXT };
const KEYED_SHOWN = [
  { key: 'api_key', value: { stringValue: '***' } },
  { key: 'city', value: { stringValue: 'Bonn' } },
  { key: 'note', value: { stringValue: SHOWN } },
];

const context = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
const failing = (message: string, cause?: unknown): Error => new Error(message, { cause });

interface Wire {
  /** The only span. */
  readonly span: Readonly<Record<string, never>>;
  readonly resource: { readonly attributes: unknown };
}

let body: () => Promise<string>;

async function start(options: InitOptions = {}): Promise<void> {
  const { endpoint, bodies } = await receiving();
  const logger = { error() {}, warn() {}, info() {}, debug() {} };
  init({
    service: 'test',
    exporter: otlp({ endpoint, protocol: 'http/json', compression: 'none' }),
    instrument: false,
    exitHandlers: false,
    logger,
    ...options,
  });
  body = async () => {
    await trace.flush({ timeoutMs: 60_000 });
    return Buffer.concat([...bodies]).toString();
  };
}

/** What came over the wire, after a look at whether a secret did. */
async function wire(): Promise<Wire> {
  const sent = await body();
  expect(sent).not.toContain(SECRET);
  const { resource, scopeSpans } = JSON.parse(sent).resourceSpans[0];
  return { resource, span: scopeSpans[0].spans[0] };
}

beforeEach(() => vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', undefined));
afterEach(() => trace.shutdown());

describe('a text with a secret', () => {
  it.each<[string, () => void, object]>([
    ['the name', () => trace.span(TEXT, () => {}), { name: SHOWN }],
    ['a later name', () => trace.span('x', span => void span.updateName(TEXT)), { name: SHOWN }],
    [
      'the name of an event',
      () => trace.span('x', () => trace.addEvent(TEXT)),
      { events: [{ name: SHOWN }] },
    ],
    [
      'the status',
      () => trace.span('x', span => void span.setStatus({ code: 2, message: TEXT })),
      { status: { code: 2, message: SHOWN } },
    ],
  ])('as %s', async (_, make, expected) => {
    await start();
    make();
    expect((await wire()).span).toMatchObject(expected);
  });

  it('in a list and in an object', async () => {
    await start();
    trace.span('x', () =>
      trace.setAttributes({ list: ['a', TEXT], deep: { in: [{ note: TEXT, api_key: SECRET }] } } as never),
    );
    const { span } = await wire();
    expect(JSON.stringify(span).split(SHOWN)).toHaveLength(3);
  });
});

describe('attributes with secrets', () => {
  it.each<[string, () => void, object]>([
    [
      'of the span, at its start',
      () => trace.span('x', { attributes: KEYED }, () => {}),
      { attributes: KEYED_SHOWN },
    ],
    [
      'of the span, later',
      () => trace.span('x', () => trace.setAttributes(KEYED)),
      { attributes: KEYED_SHOWN },
    ],
    [
      'of a span of OpenTelemetry',
      () => otel.getTracer('other').startSpan('x', { attributes: KEYED }).end(),
      { attributes: KEYED_SHOWN },
    ],
    [
      'of an event',
      () => trace.span('x', () => trace.addEvent('e', KEYED)),
      { events: [{ attributes: KEYED_SHOWN }] },
    ],
    [
      'of a link, at the start',
      () => trace.span('x', { links: [{ context, attributes: KEYED }] }, () => {}),
      { links: [{ attributes: KEYED_SHOWN }] },
    ],
    [
      'of a link, later',
      () => trace.span('x', span => void span.addLink({ context, attributes: KEYED })),
      { links: [{ attributes: KEYED_SHOWN }] },
    ],
    [
      'of links, later',
      () => trace.span('x', span => void span.addLinks([{ context }, { context, attributes: KEYED }])),
      { links: [{}, { attributes: KEYED_SHOWN }] },
    ],
    [
      'from baggage',
      () => trace.withBaggage(KEYED, () => trace.span('x', () => {})),
      { attributes: KEYED_SHOWN },
    ],
    [
      'from the baggage of a caller',
      () =>
        trace.continue(
          trace.withBaggage(KEYED, () => trace.inject()),
          'x',
          () => {},
        ),
      { attributes: KEYED_SHOWN },
    ],
  ])('%s', async (_, make, expected) => {
    await start({ baggageAttributes: Object.keys(KEYED) });
    make();
    expect((await wire()).span).toMatchObject(expected);
  });
});

describe('an exception', () => {
  const behind = failing(`in the middle: ${TEXT}`, failing(`at the bottom: ${TEXT}`));

  it.each<[string, () => void]>([
    [
      'that was thrown',
      () =>
        expect(() =>
          trace.span('x', () => {
            throw failing(TEXT, behind);
          }),
        ).toThrow(),
    ],
    ['that was recorded', () => trace.span('x', () => trace.recordError(failing(TEXT, behind)))],
    [
      'that OpenTelemetry recorded',
      () => trace.span('x', span => span.recordException(failing(TEXT, behind))),
    ],
    [
      'that holds several',
      () =>
        trace.span('x', () =>
          trace.recordError(new AggregateError([failing(TEXT)], TEXT, { cause: behind })),
        ),
    ],
    ['that is no error', () => trace.span('x', () => trace.recordError(TEXT))],
    ['that is an object', () => trace.span('x', () => trace.recordError({ message: TEXT, api_key: SECRET }))],
  ])('%s, with its causes', async (_, make) => {
    await start();
    make();
    const { span } = await wire();
    expect(span).toMatchObject({ events: [{ name: 'exception' }] });
    expect(JSON.stringify(span)).toContain(SHOWN);
  });

  it('keeps its causes otherwise', async () => {
    await start();
    trace.span('x', () => trace.recordError(failing('at the top', behind)));
    const sent = JSON.stringify((await wire()).span);
    for (const part of ['at the top', `in the middle: ${SHOWN}`, `at the bottom: ${SHOWN}`]) {
      expect(sent).toContain(part);
    }
  });
});

describe('the resource', () => {
  it('from the options', async () => {
    await start({ attributes: KEYED });
    trace.span('x', () => {});
    expect((await wire()).resource.attributes).toEqual(expect.arrayContaining(KEYED_SHOWN));
  });

  it('from the environment', async () => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', `api_key=${SECRET},city=Bonn,note=${encodeURIComponent(TEXT)}`);
    await start();
    trace.span('x', () => {});
    expect((await wire()).resource.attributes).toEqual(expect.arrayContaining(KEYED_SHOWN));
  });

  it('in the names of the service', async () => {
    await start({
      service: { name: TEXT, version: TEXT, namespace: TEXT, environment: TEXT, instanceId: TEXT },
    });
    trace.span('x', () => {});
    const { attributes } = (await wire()).resource;
    expect(JSON.stringify(attributes).split(SHOWN)).toHaveLength(6);
  });
});
