// Declarations for the examples of the documentation: business functions that they call without a declaration.

declare function completePayment(orderId: string): Promise<{ id: string }>;
declare function dispatchShipment(orderId: string): Promise<void>;

// A package that the application installs.
declare module '@opentelemetry/instrumentation-pg' {
  import type { InstrumentationBase } from '@opentelemetry/instrumentation';

  export const PgInstrumentation: new (config?: {
    readonly requireParentSpan?: boolean;
  }) => InstrumentationBase;
}
