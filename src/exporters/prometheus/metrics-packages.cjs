'use strict';
// OpenTelemetry's metrics SDK and its OTLP exporter: optional peers, loaded when they are needed and not before.
// CommonJS, so that both builds can load them at once; see instrument/packages.cjs.

exports.loadMetrics = () => require('@opentelemetry/sdk-metrics');

exports.loadOtlp = () => require('@opentelemetry/exporter-metrics-otlp-proto');
