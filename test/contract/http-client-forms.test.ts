// Every documented form of a request with node:http has the same bytes, results and errors with tracing as without it. Only
// the propagation headers differ. `test/matrix/programs/http-client.mjs` runs the same forms on every version of Node.js.

import { isSpanContextValid } from '@opentelemetry/api';
import { expect, it, onTestFinished } from 'vitest';
import {
  findDifference,
  listForms,
  runForm,
  splitPropagation,
  startRecordingServer,
} from '../matrix/programs/http-forms.mjs';
import { startRecording } from '../support/server-recording.js';

it('a traced request differs from an untraced one in the propagation headers only', async () => {
  const server = await startRecordingServer();
  onTestFinished(() => server.close());
  const forms = listForms();
  expect(forms.length).toBeGreaterThan(500);
  const untraced = [];
  for (const form of forms) untraced.push(await runForm(form, server));

  const { enable, provider, spans } = startRecording();
  enable({ fetch: false });
  const differences: string[] = [];
  for (const [index, form] of forms.entries()) {
    spans.length = 0;
    const traced = await provider.getTracer('test').startActiveSpan('caller', async caller => {
      const result = await runForm(form, server);
      caller.end();
      return result;
    });
    const difference = findDifference(untraced[index]!, traced);
    if (difference !== undefined) differences.push(`${form.name}: ${difference}`);
    const caller = spans.find(({ name }) => name === 'caller');
    const clients = spans.filter(span => span !== caller);
    const sent = traced.requests.flatMap(request => splitPropagation(request).propagation);
    for (const client of clients) {
      expect(client.parentSpanContext?.spanId).toBe(caller?.spanContext().spanId);
      expect(isSpanContextValid(client.spanContext())).toBe(true);
    }
    // Each request carries the ids of its own span, which has ended.
    const ids = clients.map(client => client.spanContext().spanId);
    const received = sent.filter(line => line.startsWith('traceparent')).map(line => line.split('-')[2]);
    expect(ids.filter(id => received.includes(id)).sort(), form.name).toEqual(received.sort());
  }
  expect(differences).toEqual([]);
});
