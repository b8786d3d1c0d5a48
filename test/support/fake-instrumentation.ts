// Instrumentation objects for tests.

import type { TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';

/** An instrumentation that patches nothing and records the calls of its methods. */
export class RecordingInstrumentation implements Instrumentation {
  instrumentationName = '@acme/recorded';
  instrumentationVersion = '1.0.0';
  readonly calls: string[] = [];
  provider: TracerProvider | undefined;
  config: { enabled?: boolean } = { enabled: false };
  enable(): void {
    this.calls.push('enable');
  }
  disable(): void {
    this.calls.push('disable');
  }
  setTracerProvider(provider: TracerProvider): void {
    this.calls.push('setTracerProvider');
    this.provider = provider;
  }
  setMeterProvider(): void {}
  setConfig(): void {}
  getConfig(): { enabled?: boolean } {
    return this.config;
  }
}
