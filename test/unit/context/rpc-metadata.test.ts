import { INVALID_SPAN_CONTEXT, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { getRPCMetadata, RPCType, setRPCMetadata } from '@opentelemetry/core';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { getRpcMetadata, type RpcMetadata, setRpcMetadata } from '../../../src/context/rpc-metadata.js';

const span: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

describe('the request in a context', () => {
  it('has the key of OpenTelemetry’s core', () => {
    const ours: RpcMetadata = { type: 'http', span };
    expect(getRPCMetadata(setRpcMetadata(ROOT_CONTEXT, ours))).toBe(ours);
    const theirs = { type: RPCType.HTTP, span } as const;
    expect(getRpcMetadata(setRPCMetadata(ROOT_CONTEXT, theirs))).toBe(theirs);
  });

  it('is missing after its end, which our server marks', () => {
    const metadata: RpcMetadata = { type: 'http', span };
    const context = setRpcMetadata(ROOT_CONTEXT, metadata);
    metadata.isEnded = true;
    expect(getRpcMetadata(context)).toBeUndefined();
  });

  it('is missing after the end of its span', () => {
    const ending = new BasicTracerProvider().getTracer('http').startSpan('GET');
    const context = setRpcMetadata(ROOT_CONTEXT, { type: 'http', span: ending });
    expect(getRpcMetadata(context)?.span).toBe(ending);
    ending.end();
    expect(getRpcMetadata(context)).toBeUndefined();
  });

  it.each([[undefined], [null], [{}], [{ type: 'http', span: {} }]])(
    'is missing if the value is %j',
    value => {
      expect(getRpcMetadata(setRpcMetadata(ROOT_CONTEXT, value as unknown as RpcMetadata))).toBeUndefined();
    },
  );
});
