// Preloaded before an example: the same tracing, and an OpenTelemetry instrumentation of the client.

import { init } from '@do/trace';

init({
  service: process.env.ROLE,
  baggageAttributes: ['tenant'],
  instrument: { [process.env.INSTRUMENT]: true },
});
