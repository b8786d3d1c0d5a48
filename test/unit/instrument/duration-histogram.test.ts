import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import {
  type Attributes,
  context,
  createNoopMeter,
  type MeterProvider,
  metrics,
  SpanKind,
} from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  createDurationHistogram,
  selectClientDurationAttributes,
  selectServerDurationAttributes,
} from '../../../src/instrument/duration-histogram.js';
import { init, trace } from '../../../src/index.js';
import { listen, sendRequest, startRecording } from '../../support/server-recording.js';

describe('createDurationHistogram', () => {
  it('returns undefined without a meter provider', () => {
    expect(createDurationHistogram('server', 'scope')).toBeUndefined();
    expect(createDurationHistogram('server', 'scope', { getMeter: createNoopMeter })).toBeUndefined();
  });

  it.each(['server', 'client'] as const)('creates the histogram of a %s in seconds', side => {
    const histogram = { record() {} };
    const created: unknown[] = [];
    const provider = {
      getMeter: (name: string) => ({
        createHistogram(...args: unknown[]) {
          created.push(name, ...args);
          return histogram;
        },
      }),
    } as unknown as MeterProvider;
    expect(createDurationHistogram(side, 'scope', provider)).toBe(histogram);
    expect(created).toMatchObject([
      'scope',
      `http.${side}.request.duration`,
      { unit: 's', advice: { explicitBucketBoundaries: expect.any(Array) as number[] } },
    ]);
  });
});

describe('selectServerDurationAttributes', () => {
  const selected = {
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'network.protocol.version': '1.1',
  };
  const start = { ...selected, 'url.path': '/orders/4711' };

  it('selects attributes with few values, and no undefined ones', () => {
    const end = { 'http.route': '/orders/:id', 'http.response.status_code': 500, 'error.type': '500' };
    expect(selectServerDurationAttributes(start, end)).toStrictEqual({ ...selected, ...end });
    expect(selectServerDurationAttributes(start, {})).toStrictEqual(selected);
  });
});

describe('selectClientDurationAttributes', () => {
  const selected = { 'http.request.method': 'GET', 'server.address': 'a.example', 'server.port': 80 };
  const start = { ...selected, 'url.full': 'http://a.example/orders/4711' };

  it('selects attributes with few values, and no undefined ones', () => {
    const end = {
      'network.protocol.version': '1.1',
      'http.response.status_code': 404,
      'error.type': '404',
    };
    const peer = { 'network.peer.address': '127.0.0.1', 'network.peer.port': 80 };
    expect(selectClientDurationAttributes(start, { ...end, ...peer })).toStrictEqual({ ...selected, ...end });
    expect(selectClientDurationAttributes(start, {})).toStrictEqual(selected);
  });
});

describe('the histogram of durations', () => {
  it('equals that of OpenTelemetry', async () => {
    const { enable, waitForSpans } = startRecording();
    const records: Attributes[] = [];
    const createHistogram = (name: string): object => ({
      record: (seconds: number, attributes: Attributes) =>
        records.push({ name, number: typeof seconds, ...attributes }),
    });
    metrics.setGlobalMeterProvider({ getMeter: () => ({ createHistogram }) } as never);
    const port = await listen((request, response) => {
      const metadata = getRPCMetadata(context.active());
      if (metadata !== undefined && request.url?.startsWith('/orders/') === true) {
        metadata.route = '/orders/:id';
      }
      response.statusCode = Number(/status=(\d+)/.exec(request.url ?? '')?.[1] ?? 200);
      response.end('ok');
    });
    for (const [index, path] of ['/orders/4711', '/a?status=503', '/a?status=404'].entries()) {
      const disableTheirs = enable([new HttpInstrumentation()]);
      await sendRequest(port, `GET ${path} HTTP/1.1\nHost: a`);
      await waitForSpans(2 * index + 1);
      disableTheirs();
      const disableOurs = enable({ fetch: false });
      await sendRequest(port, `GET ${path} HTTP/1.1\nHost: a`);
      await waitForSpans(2 * index + 2);
      disableOurs();
      const [theirRecord, ourRecord] = records.splice(0);
      expect(theirRecord).toHaveProperty('name', 'http.server.request.duration');
      expect(ourRecord).toEqual(theirRecord);
    }
  });

  it('of clients equals that of OpenTelemetry', async () => {
    const { enable, waitForSpans } = startRecording();
    const records: Attributes[] = [];
    const createHistogram = (name: string): object => ({
      record: (seconds: number, attributes: Attributes) =>
        records.push({ name, number: typeof seconds, ...attributes }),
    });
    metrics.setGlobalMeterProvider({ getMeter: () => ({ createHistogram }) } as never);
    const port = await listen((request, response) => {
      response.statusCode = Number(/status=(\d+)/.exec(request.url ?? '')?.[1] ?? 200);
      response.end('ok');
    });
    const isClient = ({ name }: Attributes): boolean => name === 'http.client.request.duration';
    for (const [index, path] of ['/', '/?status=503', '/?status=404'].entries()) {
      const call = async (): Promise<void> => {
        const [response] = (await once(get({ port, path, host: '127.0.0.1' }), 'response')) as [
          IncomingMessage,
        ];
        await once(response.resume(), 'close');
      };
      const disableTheirs = enable([new HttpInstrumentation()]);
      await call();
      await waitForSpans(2 * index + 1, SpanKind.CLIENT);
      disableTheirs();
      const disableOurs = enable({ fetch: false });
      await call();
      await waitForSpans(2 * index + 2, SpanKind.CLIENT);
      disableOurs();
      const [theirRecord, ourRecord] = records.splice(0).filter(isClient);
      expect(theirRecord).toBeDefined();
      expect(ourRecord).toEqual(theirRecord);
    }
  });

  it('receives the requests of a process with enabled: false', async () => {
    const records: Attributes[] = [];
    const createHistogram = (name: string): object => ({
      record: (seconds: number, attributes: Attributes) =>
        records.push({ name, number: typeof seconds, ...attributes }),
    });
    metrics.setGlobalMeterProvider({ getMeter: () => ({ createHistogram }) } as never);
    onTestFinished(async () => {
      metrics.disable();
      await trace.shutdown();
    });
    init({ enabled: false, instrument: { http: true, fetch: true }, logLevel: 'silent' });
    const port = await listen((request, response) => {
      response.statusCode = request.url === '/missing' ? 404 : 200;
      response.setHeader('connection', 'close').end();
    });
    const [response] = (await once(get({ port, path: '/missing', host: '127.0.0.1' }), 'response')) as [
      IncomingMessage,
    ];
    await once(response.resume(), 'close');
    await (await fetch(`http://127.0.0.1:${port}/`)).text();
    await vi.waitFor(() => expect(records).toHaveLength(4));
    const shown = records.map(record => [
      record['name'],
      record['http.response.status_code'],
      record['number'],
    ]);
    expect(shown.toSorted()).toEqual([
      ['http.client.request.duration', 200, 'number'],
      ['http.client.request.duration', 404, 'number'],
      ['http.server.request.duration', 200, 'number'],
      ['http.server.request.duration', 404, 'number'],
    ]);
  });
});
