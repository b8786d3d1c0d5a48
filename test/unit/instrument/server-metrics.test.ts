import { type Attributes, context, createNoopMeter, type MeterProvider, metrics } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { describe, expect, it } from 'vitest';
import { createDurationHistogram, selectDurationAttributes } from '../../../src/instrument/server-metrics.js';
import { listen, sendRequest, startRecording } from '../../support/server-recording.js';

describe('createDurationHistogram', () => {
  it('returns undefined without a meter provider', () => {
    expect(createDurationHistogram()).toBeUndefined();
    expect(createDurationHistogram({ getMeter: createNoopMeter })).toBeUndefined();
  });

  it('creates the histogram of the conventions in seconds', () => {
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
    expect(createDurationHistogram(provider)).toBe(histogram);
    expect(created).toMatchObject([
      '@do/trace/node-http',
      'http.server.request.duration',
      { unit: 's', advice: { explicitBucketBoundaries: expect.any(Array) as number[] } },
    ]);
  });
});

describe('selectDurationAttributes', () => {
  const start = {
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'url.path': '/orders/4711',
    'network.protocol.version': '1.1',
  };
  const selected = {
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'network.protocol.version': '1.1',
  };

  it('selects attributes with few values, and no undefined ones', () => {
    const end = { 'http.route': '/orders/:id', 'http.response.status_code': 200 };
    expect(selectDurationAttributes(start, end)).toStrictEqual({ ...selected, ...end });
    expect(selectDurationAttributes(start, {})).toStrictEqual(selected);
  });

  it.each([
    [{ 'http.response.status_code': 499 }, undefined],
    [{ 'http.response.status_code': 500 }, '500'],
    [{ 'http.response.status_code': 599 }, '599'],
    [{ 'http.response.status_code': 600 }, undefined],
    [{ 'http.response.status_code': 500, 'error.type': 'ECONNRESET' }, 'ECONNRESET'],
  ])('derives the error type of %j', (end, errorType) => {
    expect(selectDurationAttributes(start, end)['error.type']).toBe(errorType);
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
      const disableOurs = enable(['http']);
      await sendRequest(port, `GET ${path} HTTP/1.1\nHost: a`);
      await waitForSpans(2 * index + 2);
      disableOurs();
      const [theirRecord, ourRecord] = records.splice(0);
      expect(theirRecord).toHaveProperty('name', 'http.server.request.duration');
      expect(ourRecord).toEqual(theirRecord);
    }
  });
});
