'use strict';
// OpenTelemetry's own exporter for OTLP as JSON, loaded only where JSON is asked for: it brings its metrics SDK along.
// CommonJS, so that both builds can load it at once; see instrument/packages.cjs.

exports.createJsonExporter = config =>
  new (require('@opentelemetry/exporter-trace-otlp-http').OTLPTraceExporter)(config);
