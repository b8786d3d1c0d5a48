// Every code that a diagnostic can carry, with the situation it reports. `docs/diagnostics.md` is compared with this table.

import type { ProblemCode } from './errors.js';

/** The codes besides those of option and environment problems (`PROBLEM_CODES`). Each layer adds its own lines here. */
export const DIAGNOSTIC_CODES = {
  // core
  callback_failed: 'Code that was handed to this package threw or rejected. The application is not affected.',
  messages_withheld: 'More messages than the limit for one minute; the rest were counted.',
  exporter_message: 'A message that an exporter of the application wrote to the log.',
  // setup
  application_failed: 'The file that the doctor was to load threw an error.',
  init_not_called: 'The file that the doctor loaded does not call init().',
  started: 'Tracing has started: service, exporters, sampling, version.',
  already_started: 'init() was called again while tracing is running.',
  foreign_provider: 'Another tracer provider is registered. Spans go to it.',
  override_unavailable: 'trace.keep() or trace.drop() was called where it has no effect.',
  registration_refused:
    'The OpenTelemetry API refused a registration, because another library registered first.',
  api_copies: 'Two copies of @opentelemetry/api are loaded that do not work together.',
  exporter_check_failed: 'The check of an exporter rejected.',
  exporter_start_failed: 'An exporter threw while it started. Its spans are not sent.',
  spans_left: 'Spans were still queued when flush() or shutdown() reached its time limit.',
  // engine
  attribute_dropped: 'An attribute was dropped. Its key is empty, or its value is of a kind that cannot be recorded.',
  link_dropped: 'A link was dropped, because it has no span context.',
  call_after_end: 'A method of a span was called after the end of the span and was ignored.',
  invalid_time: 'A time given to a span is invalid. The current time is used.',
  negative_duration: 'A span ended before its start. Its duration is set to 0.',
  // span
  function_missing: 'A function of `trace` that runs a callback was called without one.',
  unknown_span_kind: 'The option kind of a span is unknown. The kind is set to internal.',
  method_expected: '@trace.traced decorates something other than a method, which is not traced.',
  not_started: 'init() has not been called, or tracing was shut down.',
  check_failed: 'trace.check() itself failed.',
} as const;

/** A stable code of a diagnostic. The list grows in minor releases. */
export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES | ProblemCode;
