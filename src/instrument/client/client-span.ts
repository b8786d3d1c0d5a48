// The CLIENT span of one outgoing request, from its start to the end of its response.

import {
  type Attributes,
  type Context,
  type Histogram,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TimeInput,
  type Tracer,
} from '@opentelemetry/api';
import { setSpan } from '../../context/index.js';
import { guarded, reportFault } from '../../core/guard.js';
import type { RequestTarget } from '../../core/request-target.js';
import { describeMethod } from '../../http/semantic-conventions.js';
import { formatFullUrl } from '../../http/url.js';
import { nextStartOrder, recordFailure } from '../../span/record-failure.js';
import { getErrorType, readThrownDetails } from '../../spans/exception.js';
import { selectClientDurationAttributes } from '../duration-histogram.js';

/** The tracer and the histogram of outgoing requests. */
export interface ClientTelemetry {
  readonly tracer: Tracer;
  /** Undefined without a meter provider. */
  readonly durationHistogram: Histogram | undefined;
}

/** The start of a request. */
export interface ClientRequestStart {
  readonly method: string;
  /** Undefined if the request has no valid URL. */
  readonly target: RequestTarget | undefined;
  /** Attributes that replace those of the conventions. */
  readonly attributes: Attributes | undefined;
  /** The context that holds the parent. */
  readonly parent: Context;
}

/** The lowest status of a response that is an error for a client. */
const FIRST_ERROR_STATUS = 400;

/** The span of an outgoing request. Methods that are called after its end have no effect. No method throws. */
export class ClientSpan {
  /** The context that the request carries. */
  readonly context: Context;
  readonly #span: Span;
  readonly #durationHistogram: Histogram | undefined;
  readonly #startAttributes: Attributes;
  readonly #endAttributes: Attributes = {};
  readonly #startMs: number;
  readonly #order: number;
  #onEnd: (() => void) | undefined;
  #isEnded = false;

  /** Starts the span. */
  constructor(
    { tracer, durationHistogram }: ClientTelemetry,
    { method, target, attributes, parent }: ClientRequestStart,
  ) {
    const described = describeMethod(method);
    this.#startAttributes = described.attributes;
    if (target !== undefined) {
      this.#startAttributes['server.address'] = target.host;
      this.#startAttributes['server.port'] = target.port;
      this.#startAttributes['url.full'] = formatFullUrl(target);
    }
    if (attributes !== undefined) Object.assign(this.#startAttributes, attributes);
    this.#order = nextStartOrder();
    this.#durationHistogram = durationHistogram;
    this.#startMs = durationHistogram === undefined ? 0 : performance.now();
    const options = { kind: SpanKind.CLIENT, attributes: this.#startAttributes };
    this.#span = tracer.startSpan(described.name, options, parent);
    this.context = setSpan(parent, this.#span);
  }

  /** Whether the end of the request is recorded. If not, nothing of the request needs to be observed. */
  get isObserved(): boolean {
    return this.#span.isRecording() || this.#durationHistogram !== undefined;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Calls a function when the span ends. */
  onEnd(fn: () => void): void {
    this.#onEnd = fn;
  }

  /** Corrects the attributes of the target, when it is known only after the start of the span. */
  setTarget(target: RequestTarget): void {
    const attributes: Attributes = {
      'server.address': target.host,
      'server.port': target.port,
      'url.full': formatFullUrl(target),
    };
    Object.assign(this.#startAttributes, attributes);
    this.#span.setAttributes(attributes);
  }

  /** Adds attributes that are known only after the start. */
  addAttributes(attributes: Attributes): void {
    if (this.#isEnded) return;
    Object.assign(this.#endAttributes, attributes);
  }

  /**
   * Records the head of the response.
   *
   * @param status the status code
   * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status
   */
  recordResponse(status: number): void {
    if (this.#isEnded) return;
    this.#endAttributes['http.response.status_code'] = status;
    if (status < FIRST_ERROR_STATUS) return;
    this.#endAttributes['error.type'] = String(status);
    // Without a message: the conventions define none, because the status code is an attribute.
    this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }

  /**
   * Ends the span because the request or its response failed.
   *
   * @param error the error
   * @param errorType replaces the type of the error
   */
  fail(error: unknown, errorType?: string): void {
    if (this.#isEnded) return;
    const cause = findTimeout(error) ?? error;
    // The conventions leave the status unset if the caller has cancelled the request.
    if (!isCancellation(cause)) {
      recordFailure(this.#span, cause, this.#order);
      this.#endAttributes['error.type'] = errorType ?? getErrorType(readThrownDetails(cause));
    }
    this.end();
  }

  /**
   * Ends the span.
   *
   * @param endTime the end. @default now
   */
  end(endTime?: TimeInput): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    try {
      this.#span.setAttributes(this.#endAttributes);
      if (this.#durationHistogram !== undefined) {
        const seconds = (performance.now() - this.#startMs) / 1000;
        const selected = selectClientDurationAttributes(this.#startAttributes, this.#endAttributes);
        this.#durationHistogram.record(seconds, selected, this.context);
      }
    } catch (error) {
      // Meters of other packages may throw. The span ends all the same.
      reportFault('the end of a request', error);
    }
    this.#span.end(endTime);
    this.#onEnd?.();
    this.#onEnd = undefined;
  }
}

/** Whether the caller has cancelled the request, by a signal or by the cancellation of the body. */
function isCancellation(error: unknown): boolean {
  return readName(error) === 'AbortError';
}

/** Finds the time-out of a signal. `node:http` wraps it in an AbortError. */
function findTimeout(error: unknown): unknown {
  if (!isCancellation(error)) return undefined;
  const cause = guarded('the cause of an error', () => (error as { cause?: unknown }).cause, undefined);
  return readName(cause) === 'TimeoutError' ? cause : undefined;
}

function readName(error: unknown): unknown {
  return guarded(
    'the name of an error',
    () => (error as { name?: unknown } | null | undefined)?.name,
    undefined,
  );
}
