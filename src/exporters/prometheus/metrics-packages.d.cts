import type * as otlp from '@opentelemetry/exporter-metrics-otlp-proto';
import type * as metrics from '@opentelemetry/sdk-metrics';

/** OpenTelemetry's metrics SDK. @throws where it is not installed */
export function loadMetrics(): typeof metrics;

/** OpenTelemetry's exporter for OTLP metrics. @throws where it is not installed */
export function loadOtlp(): typeof otlp;
