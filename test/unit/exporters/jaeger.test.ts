import { expect, it } from 'vitest';
import { createExporterByName } from '../../../src/exporters/by-name.js';
import { jaeger } from '../../../src/exporters/jaeger.js';
import { startExporter } from '../../support/exporter-context.js';
import { problemCodesOf } from '../../support/problems-of.js';

const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

it.each([
  ['on this machine', jaeger(), 'http://localhost:4318/v1/traces'],
  ['on another host', jaeger({ endpoint: 'collector' }), 'http://collector:4318/v1/traces'],
  ['by name', createExporterByName('jaeger'), 'http://localhost:4318/v1/traces'],
])('sends to Jaeger %s', (_, exporter, url) => {
  expect(startExporter(exporter)).toMatchObject({ url, headers: {}, reported: [] });
  expect(exporter.endpoint).toBe(url);
});

it('uses the OTEL_EXPORTER_OTLP_* variables, and sends their headers to their endpoint only', () => {
  const otlp = { endpoint: 'https://collector/v1/traces', headers: { authorization: 'secret' } };
  expect(startExporter(jaeger(), { otlp })).toMatchObject({ url: otlp.endpoint, headers: otlp.headers });
  expect(startExporter(jaeger({ endpoint: 'http://jaeger:4318' }), { otlp }).headers).toEqual({});
});

it.each([
  ['the port of gRPC', { endpoint: 'http://jaeger:4317' }, 'grpc_port jaeger.endpoint'],
  ['a UI that is not a URL', { ui: 'jaeger' }, 'malformed_endpoint jaeger.ui'],
])('refuses %s', (_, options, problem) => {
  expect(problemCodesOf(() => jaeger(options))).toEqual([problem]);
});

it.each([
  [jaeger(), `http://localhost:16686/trace/${IDS.traceId}`],
  // The UI of another port or protocol cannot be guessed.
  [jaeger({ endpoint: 'https://jaeger.example' }), undefined],
  [jaeger({ endpoint: 'http://jaeger.example:80' }), undefined],
  [
    jaeger({ endpoint: 'https://x', ui: 'https://jaeger.example/' }),
    `https://jaeger.example/trace/${IDS.traceId}`,
  ],
])('links to the trace, before and after its start (%#: %s)', (exporter, link) => {
  expect(exporter.url?.(IDS)).toBe(link);
  startExporter(exporter);
  expect(exporter.url?.(IDS)).toBe(link);
});
