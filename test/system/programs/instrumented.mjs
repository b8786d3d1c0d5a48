// Preloaded before an example. Adds OpenTelemetry's instrumentation of the client to the tracing of the example.

import { init } from '@do/trace';

init({
  service: process.env.ROLE,
  baggageAttributes: ['tenant'],
  instrument: { [process.env.INSTRUMENT]: true },
});
