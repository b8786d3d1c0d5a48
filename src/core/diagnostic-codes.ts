// The codes of all diagnostics, with the situation that each reports. A test compares `docs/diagnostics.md` with this table.

import type { KnownOptionProblemCode } from './problem-codes.js';

/** The codes besides those of option and environment problems (`OPTION_PROBLEM_CODES`). Each layer adds its own lines here. */
export const DIAGNOSTIC_CODES = {
  // core
  callback_failed:
    'A callback of the application threw, rejected or returned a value that cannot be used. The traced work is not affected.',
  logger_failed: 'The logger given to init() threw or rejected. Reported once, on standard error.',
  messages_withheld: 'There were more messages than the limit for one minute. The rest were counted.',
  exporter_message: 'A message that an exporter of the application wrote to the log.',
  other_layout:
    'Another version of this package is loaded, whose state has another layout. The two use the OpenTelemetry API together, and nothing else.',
  // setup
  application_failed: 'The file that the doctor was to load threw an error.',
  init_not_called: 'The file that the doctor loaded does not call init().',
  started: 'Tracing has started: service, exporters, sampling, version.',
  already_started: 'init() was called again while tracing is running.',
  foreign_provider: 'Another tracer provider is registered. Spans go to it.',
  override_too_late:
    'trace.keep() or trace.drop() was called after spans of the trace had been exported or discarded.',
  override_unavailable: 'trace.keep() or trace.drop() was called where it has no effect.',
  update_unavailable: 'handle.update() was called where sampling and recording cannot be changed.',
  registration_refused:
    'The OpenTelemetry API refused a registration, because another library registered first.',
  api_copies: 'Two copies of @opentelemetry/api are loaded that do not work together.',
  exporter_check_failed: 'The check of an exporter rejected.',
  exporter_start_failed: 'An exporter threw while it started. Its spans are not sent.',
  spans_left: 'Spans were still queued when flush() or shutdown() reached its time limit.',
  // exporters
  file_not_writable: 'The file of the file exporter cannot be written.',
  export_failed: 'An OpenTelemetry exporter failed or did not call back. The spans of the batch are lost.',
  metrics_endpoint_unavailable:
    'The metrics endpoint of the prometheus exporter cannot be served at its address.',
  metrics_scrape_failed: 'A scrape of the metrics endpoint failed.',
  metrics_push_failed: 'A request with metrics was not accepted by the OTLP endpoint.',
  metrics_package_missing:
    'An optional package of OpenTelemetry for metrics is not installed or cannot be loaded.',
  metrics_series_limit:
    'The prometheus exporter holds its maximum of series. New span names are counted together.',
  // delivery
  receiver_unreachable: 'Nothing listens at the default endpoint.',
  connection_refused: 'The host of an endpoint refused the connection.',
  dns_failed: 'The host name of an endpoint cannot be resolved.',
  certificate_name_mismatch: 'The certificate of a backend is for another host name.',
  certificate_expired: 'The certificate of a backend is expired or not yet valid.',
  certificate_untrusted: 'The certificate of a backend is not trusted.',
  tls_handshake_rejected:
    'A backend rejected the TLS handshake, usually because it requires a client certificate.',
  tls_unsupported: 'The endpoint begins with https:// and its port does not use TLS.',
  http_unsupported: 'The port of an endpoint does not use HTTP/1.1.',
  connection_closed: 'A backend closed the connection without a response.',
  connection_abandoned: 'There was no connection yet when a flush ended.',
  connection_failed: 'A backend cannot be reached, for a reason that has no other code.',
  response_timeout: 'A backend did not respond within the time limit.',
  proxy_failed: 'A proxy did not open a tunnel to the backend.',
  headers_failed: 'The headers function of an exporter failed, so a request was not sent.',
  proxy_unauthorized: 'A proxy requires a user and a password.',
  web_page_response: 'A backend responded with a web page, so it is not an OTLP receiver.',
  partial_success: 'A backend rejected some of the spans of a request.',
  accepted_with_warning: 'A backend accepted the spans of a request with a warning.',
  bad_request: 'A backend could not read a request.',
  unauthorized: 'An API key or token is missing or wrong.',
  forbidden: 'An API key or token has no permission to write spans.',
  path_not_found: 'There is no OTLP receiver at the path of an endpoint.',
  method_not_allowed: 'The path of an endpoint does not accept POST requests.',
  request_too_large: 'A request is larger than the backend accepts. It is split in two.',
  unsupported_media_type: 'A backend does not accept the encoding of OTLP.',
  rate_limited: 'A backend limits the rate of requests.',
  backend_unavailable: 'A backend is temporarily unavailable.',
  backend_error: 'A backend failed to process a request.',
  redirected: 'An endpoint redirects to another one. Redirects are not followed.',
  request_rejected: 'A backend rejected a request with a status that has no other code.',
  backend_recovered: 'A backend accepts spans again.',
  batch_unencodable: 'A batch cannot be converted to the format of its destination.',
  span_too_large: 'A single span is larger than the backend accepts. It was dropped.',
  queue_full: 'The queue of a destination is full, and the oldest spans are dropped.',
  flush_incomplete: 'A flush ended before everything was delivered.',
  clock_jumped: 'The clock of this machine jumped.',
  spool_unavailable: 'The directory of a spool cannot be used.',
  spool_full: 'A spool holds its maximum of bytes.',
  spool_disk_full: 'The disk of a spool is full.',
  spool_write_failed: 'A spool cannot be written.',
  spool_segment_damaged: 'A file of a spool ends within a record or is damaged. Its rest was discarded.',
  spool_segment_unreadable: 'A file of a spool cannot be read.',
  spans_lost: 'Spans were lost at shutdown.',
  spans_spooled: 'Spans are on disk at shutdown and wait for the next start.',
  // engine
  attribute_dropped:
    'An attribute was dropped. Its key is empty, or its value is of a kind that cannot be recorded.',
  link_dropped: 'A link was dropped, because it has no span context.',
  call_after_end: 'A method of a span was called after the end of the span and was ignored.',
  invalid_time: 'A time given to a span is invalid. The current time is used.',
  negative_duration: 'A span ended before its start. Its duration is set to 0.',
  // sampling
  rule_never_matches: 'A sampling rule never matches, because an earlier rule matches all of its spans.',
  sample_ratio_invalid:
    'The function in the option sample returned a value that is not a number from 0 to 1.',
  tail_evicted: 'More traces are open than fit into the limits of sample.keep. The oldest are decided early.',
  // span
  function_missing: 'A function of `trace` that runs a callback was called without one.',
  unknown_span_kind: 'The option kind of a span is unknown. The kind is set to internal.',
  method_expected: '@trace.traced decorates something other than a method, which is not traced.',
  methods_not_wrapped: 'trace.wrapAll() could not replace methods of an object. They are not traced.',
  argument_ignored: 'A function of `trace` was called with a value that it cannot use. The value is ignored.',
  span_option_ignored:
    'An option of a span is unknown, or has a value that cannot be used. The option is ignored.',
  span_options_conflict:
    'The options root and parent of a span exclude each other. The option parent is ignored.',
  parent_without_context:
    'The option parent of a span has no trace context. The span starts a new trace. Reported at debug level.',
  not_started: 'init() has not been called, or tracing was shut down.',
  check_failed: 'trace.check() itself failed.',
  // propagation
  header_rejected: 'A received header is malformed and was ignored. Reported at debug level.',
  carrier_failed:
    'A carrier could not be read or written. The work continues without its context. Reported at debug level.',
  baggage_truncated: 'Baggage entries do not fit into the header and were not sent. Reported at debug level.',
  propagator_missing: 'The package of a propagator cannot be loaded. The format is left out.',
  // queue
  queue_option_ignored:
    'An option of a queue function is unknown, missing or of a wrong type. The message is processed without it.',
  message_headers_missing: 'A message was published without headers, so it carries no context.',
  // instrument
  instrumentation_missing: 'The package of an instrumentation is not installed.',
  instrumentation_failed: 'An instrumentation threw while it was loaded, enabled or disabled.',
  instrumentation_invalid: 'A package exports no instrumentation.',
  instrumentation_present: 'Another OpenTelemetry set-up instruments the module already.',
  esm_hook_failed: 'The loader hook for ES modules failed. Imported packages are not instrumented.',
  module_loaded_too_early: 'A module was loaded before its instrumentation. Its spans may be missing.',
  // doctor
  node_unsupported: 'The version of Node.js is too old.',
  node_untested: 'The version of Node.js is newer than every tested version.',
  tracing_disabled: 'OTEL_SDK_DISABLED is true.',
  no_exporter: 'There is no exporter, so spans are not sent.',
  check_unavailable: 'An exporter has no check, so it was not examined.',
  nothing_sampled: 'The sampling ratio is 0, and nothing else keeps spans.',
  proxy_unsupported: 'A proxy variable names a proxy that is not an HTTP proxy. It is not used.',
  connection_timeout: 'A host does not accept a connection within the time limit.',
  tls_handshake_failed: 'The TLS handshake with a backend failed.',
  tls_required: 'The endpoint begins with http:// and its port uses TLS.',
  certificate_expires_soon: 'The certificate of a backend expires within two weeks.',
  not_otlp_response: 'A backend accepts a request with a response that no OTLP receiver sends.',
  wrong_path: 'The backend accepts spans at another path than that of the endpoint.',
  wrong_region: 'The API key belongs to another region of the product.',
  span_unencodable: 'No span can be encoded for a destination.',
  span_not_stored: 'A backend accepted a span and does not show it.',
  ui_unreachable: 'The UI of a backend does not respond at the configured address.',
  clock_skew: 'The clock of this machine differs from the clock of the backend.',
  clock_unknown: 'The clocks cannot be compared, because the responses of the backend have no Date header.',
  api_copies_unknown: 'The copies of @opentelemetry/api cannot be compared, because none is in node_modules.',
  storage_unverified: 'The backend accepted a span, and has no API by which the doctor can find it.',
  // receiver
  incoming_request_rejected: 'The receiver of `trace view` rejected a request.',
} as const;

/** A stable code of a diagnostic. The list grows in minor releases. */
export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES | KnownOptionProblemCode;
