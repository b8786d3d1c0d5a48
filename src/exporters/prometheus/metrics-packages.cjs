'use strict';
// OpenTelemetry's metrics SDK and its OTLP exporter: optional peer dependencies, loaded on the first use.
// CommonJS, so that the ESM and the CommonJS build load them synchronously. See instrument/packages.cjs.

exports.loadMetrics = () => require('@opentelemetry/sdk-metrics');

exports.loadOtlp = () => require('@opentelemetry/exporter-metrics-otlp-proto');
