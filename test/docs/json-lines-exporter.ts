import { trace } from '@do/trace';
import type { Exporter } from '@do/trace/exporters';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

export function house(url: string): Exporter {
  const n = { sent: 0, lost: 0 };
  const lines: string[] = [];
  let done = Promise.resolve();
  async function post(body: string[]): Promise<void> {
    const request = { method: 'POST', body: body.join('\n'), signal: AbortSignal.timeout(1_000) };
    const answer = await trace.suppress(() => fetch(url, request)).catch(() => undefined);
    await answer?.text().catch(() => '');
    n[answer?.ok ? 'sent' : 'lost'] += body.length;
  }
  const flush = (): Promise<void> => {
    const body = lines.splice(0);
    return (done = done.then(() => (body.length > 0 ? post(body) : undefined)));
  };
  const onEnd = (span: ReadableSpan): void => {
    const { traceId, spanId, traceFlags } = span.spanContext();
    if ((traceFlags & 1) === 0) return;
    if (lines.push(JSON.stringify({ traceId, spanId, name: span.name })) >= 512) void flush();
  };
  return {
    name: 'house',
    processor: () => ({ onStart() {}, onEnd, forceFlush: flush, shutdown: flush }),
    check: async () => ({ name: 'house', status: 'ok', message: `${n.sent} sent, ${n.lost} lost` }),
  };
}
