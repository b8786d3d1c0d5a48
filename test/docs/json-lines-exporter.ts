import { trace } from '@do/trace';
import type { Exporter, ReadableSpan } from '@do/trace/exporters';

export function jsonLines(url: string): Exporter {
  const n = { ended: 0, unsampled: 0, sent: 0 };
  let lost = 0;
  const lines: string[] = [];
  let lastPost = Promise.resolve();
  async function post(body: string[]): Promise<void> {
    const request = { method: 'POST', body: body.join('\n'), signal: AbortSignal.timeout(1_000) };
    const response = await trace.suppress(() => fetch(url, request)).catch(() => undefined);
    await response?.text().catch(() => '');
    if (response?.ok) n.sent += body.length;
    else lost += body.length;
  }
  const flush = (): Promise<void> => {
    const body = lines.splice(0);
    return (lastPost = lastPost.then(() => (body.length > 0 ? post(body) : undefined)));
  };
  const onEnd = (span: ReadableSpan): void => {
    const { traceId, spanId, traceFlags } = span.spanContext();
    n.ended++;
    if ((traceFlags & 1) === 0) return void n.unsampled++;
    if (lines.push(JSON.stringify({ traceId, spanId, name: span.name })) >= 512) void flush();
  };
  const processor = { onStart() {}, onEnd, forceFlush: flush, shutdown: flush };
  const queued = (): number => n.ended - n.unsampled - n.sent - lost;
  const stats = () => ({ ...n, queued: queued(), dropped: { export_failed: lost } });
  return { name: 'json-lines', start: () => ({ processor, stats }) };
}
