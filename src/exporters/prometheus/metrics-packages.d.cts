import type * as otlp from '@opentelemetry/exporter-metrics-otlp-proto';
import type * as metrics from '@opentelemetry/sdk-metrics';

/** Loads OpenTelemetry's metrics SDK. @throws if the package is not installed */
export function loadMetrics(): typeof metrics;

/** Loads OpenTelemetry's exporter for OTLP metrics. @throws if the package is not installed */
export function loadOtlp(): typeof otlp;
