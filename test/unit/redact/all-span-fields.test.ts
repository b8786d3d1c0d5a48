// Every field of a span that the documentation names: a request holds it without the secret.

import { trace as otel } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { otlp } from '../../../src/exporters/index.js';
import { init, type InitOptions, trace } from '../../../src/index.js';
import { receiving } from '../../support/receiving.js';

const SECRET = 't0psecret99';
const TEXT = `https://ann:${SECRET}@a.example/x?token=${SECRET}&page=2`;
const REDACTED = 'https://***@a.example/x?token=***&page=2';
const ATTRIBUTES = { api_key: SECRET, city: 'Bonn', note: TEXT };
const REDACTED_ATTRIBUTES = [
  { key: 'api_key', value: { stringValue: '***' } },
  { key: 'city', value: { stringValue: 'Bonn' } },
  { key: 'note', value: { stringValue: REDACTED } },
];

const context = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
const errorWith = (message: string, cause?: unknown): Error => new Error(message, { cause });

interface ExportedSpan {
  readonly span: Readonly<Record<string, never>>;
  readonly resource: { readonly attributes: unknown };
}

/** Flushes, and returns all request bodies. */
let sentText: () => Promise<string>;

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
  sentText = async () => {
    await trace.flush({ timeoutMs: 60_000 });
    return Buffer.concat([...bodies]).toString();
  };
}

/** Returns the only span of the request and its resource. Fails if the request holds the secret. */
async function exported(): Promise<ExportedSpan> {
  const sent = await sentText();
  expect(sent).not.toContain(SECRET);
  const { resource, scopeSpans } = JSON.parse(sent).resourceSpans[0];
  return { resource, span: scopeSpans[0].spans[0] };
}

beforeEach(() => vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', undefined));
afterEach(() => trace.shutdown());

describe('a text with a secret', () => {
  it.each<[string, () => void, object]>([
    ['the name', () => trace.span(TEXT, () => {}), { name: REDACTED }],
    ['a later name', () => trace.span('x', span => void span.updateName(TEXT)), { name: REDACTED }],
    [
      'the name of an event',
      () => trace.span('x', () => trace.addEvent(TEXT)),
      { events: [{ name: REDACTED }] },
    ],
    [
      'the status',
      () => trace.span('x', span => void span.setStatus({ code: 2, message: TEXT })),
      { status: { code: 2, message: REDACTED } },
    ],
  ])('as %s', async (_, make, expected) => {
    await start();
    make();
    expect((await exported()).span).toMatchObject(expected);
  });

  it('in a list and in an object', async () => {
    await start();
    trace.span('x', () =>
      trace.setAttributes({ list: ['a', TEXT], deep: { in: [{ note: TEXT, api_key: SECRET }] } } as never),
    );
    const { span } = await exported();
    expect(JSON.stringify(span).split(REDACTED)).toHaveLength(3);
  });
});

describe('attributes with secrets', () => {
  it.each<[string, () => void, object]>([
    [
      'of the span, at its start',
      () => trace.span('x', { attributes: ATTRIBUTES }, () => {}),
      { attributes: REDACTED_ATTRIBUTES },
    ],
    [
      'of the span, later',
      () => trace.span('x', () => trace.setAttributes(ATTRIBUTES)),
      { attributes: REDACTED_ATTRIBUTES },
    ],
    [
      'of a span of the OpenTelemetry API',
      () => otel.getTracer('other').startSpan('x', { attributes: ATTRIBUTES }).end(),
      { attributes: REDACTED_ATTRIBUTES },
    ],
    [
      'of an event',
      () => trace.span('x', () => trace.addEvent('e', ATTRIBUTES)),
      { events: [{ attributes: REDACTED_ATTRIBUTES }] },
    ],
    [
      'of a link, at the start',
      () => trace.span('x', { links: [{ context, attributes: ATTRIBUTES }] }, () => {}),
      { links: [{ attributes: REDACTED_ATTRIBUTES }] },
    ],
    [
      'of a link, later',
      () => trace.span('x', span => void span.addLink({ context, attributes: ATTRIBUTES })),
      { links: [{ attributes: REDACTED_ATTRIBUTES }] },
    ],
    [
      'of links, later',
      () => trace.span('x', span => void span.addLinks([{ context }, { context, attributes: ATTRIBUTES }])),
      { links: [{}, { attributes: REDACTED_ATTRIBUTES }] },
    ],
    [
      'from baggage',
      () => trace.withBaggage(ATTRIBUTES, () => trace.span('x', () => {})),
      { attributes: REDACTED_ATTRIBUTES },
    ],
    [
      'from the baggage of a caller',
      () =>
        trace.continue(
          trace.withBaggage(ATTRIBUTES, () => trace.inject()),
          'x',
          () => {},
        ),
      { attributes: REDACTED_ATTRIBUTES },
    ],
  ])('%s', async (_, make, expected) => {
    await start({ baggageAttributes: Object.keys(ATTRIBUTES) });
    make();
    expect((await exported()).span).toMatchObject(expected);
  });
});

describe('an exception', () => {
  const cause = errorWith(`in the middle: ${TEXT}`, errorWith(`at the bottom: ${TEXT}`));

  it.each<[string, () => void]>([
    [
      'that was thrown',
      () =>
        expect(() =>
          trace.span('x', () => {
            throw errorWith(TEXT, cause);
          }),
        ).toThrow(),
    ],
    ['that was recorded', () => trace.span('x', () => trace.recordError(errorWith(TEXT, cause)))],
    [
      'that the OpenTelemetry API recorded',
      () => trace.span('x', span => span.recordException(errorWith(TEXT, cause))),
    ],
    [
      'that holds several',
      () => trace.span('x', () => trace.recordError(new AggregateError([errorWith(TEXT)], TEXT, { cause }))),
    ],
    ['that is a string', () => trace.span('x', () => trace.recordError(TEXT))],
    ['that is an object', () => trace.span('x', () => trace.recordError({ message: TEXT, api_key: SECRET }))],
  ])('%s, with its causes', async (_, make) => {
    await start();
    make();
    const { span } = await exported();
    expect(span).toMatchObject({ events: [{ name: 'exception' }] });
    expect(JSON.stringify(span)).toContain(REDACTED);
  });

  it('keeps the other text of its causes', async () => {
    await start();
    trace.span('x', () => trace.recordError(errorWith('at the top', cause)));
    const sent = JSON.stringify((await exported()).span);
    for (const part of ['at the top', `in the middle: ${REDACTED}`, `at the bottom: ${REDACTED}`]) {
      expect(sent).toContain(part);
    }
  });
});

describe('the resource', () => {
  it('from the options', async () => {
    await start({ resource: { attributes: ATTRIBUTES } });
    trace.span('x', () => {});
    expect((await exported()).resource.attributes).toEqual(expect.arrayContaining(REDACTED_ATTRIBUTES));
  });

  it('from the environment', async () => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', `api_key=${SECRET},city=Bonn,note=${encodeURIComponent(TEXT)}`);
    await start();
    trace.span('x', () => {});
    expect((await exported()).resource.attributes).toEqual(expect.arrayContaining(REDACTED_ATTRIBUTES));
  });

  it('from the parts of the service', async () => {
    await start({
      service: { name: TEXT, version: TEXT, namespace: TEXT, environment: TEXT, instanceId: TEXT },
    });
    trace.span('x', () => {});
    const { attributes } = (await exported()).resource;
    expect(JSON.stringify(attributes).split(REDACTED)).toHaveLength(6);
  });
});
