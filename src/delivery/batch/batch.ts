// A request body that is ready to send.

/** The bytes of one ExportTraceServiceRequest. They never change, so destinations and the spool share them. */
export interface EncodedBatch {
  readonly bytes: Uint8Array;
  /** The number of spans in the request. */
  readonly spanCount: number;
}

/** The size up to which a span is encoded, in MiB. OTLP forbids requests over 64 MiB, so a larger span could not be sent. */
export const MAX_SPAN_MIB = 60;
