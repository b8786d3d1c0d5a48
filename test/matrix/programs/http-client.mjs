// Every documented form of a request with node:http, first without tracing, then with it: the same bytes but for the
// propagation headers, the same results and errors.
import assert from 'node:assert/strict';
import { findDifference, listForms, runForm, splitPropagation, startRecordingServer } from './http-forms.mjs';

const server = await startRecordingServer();
const forms = listForms();
const untraced = [];
for (const form of forms) untraced.push(await runForm(form, server));

const { init, trace } = await import('@do/trace');
const { memory } = await import('@do/trace/exporters');
const recorded = memory();
init({ service: 'client', exporter: recorded });
// The span ids in the headers of all requests, with the form of each.
const senders = new Map();
for (const [index, form] of forms.entries()) {
  const traced = await trace.span('caller', () => runForm(form, server));
  const difference = findDifference(untraced[index], traced);
  assert.equal(difference, undefined, `${form.name}: ${difference}`);
  for (const request of traced.requests) {
    const [header] = splitPropagation(request).propagation.filter(line => /^traceparent/i.test(line));
    senders.set(header.split('-')[2], form.name);
  }
}
server.close();
const clients = recorded.spans.filter(span => span.kind === 2);
const spanIds = new Set(clients.map(span => span.spanContext().spanId));
const withoutSpan = [...senders].filter(([id]) => !spanIds.has(id)).map(([, name]) => name);
assert.deepEqual(withoutSpan, [], 'each request that arrived has a client span');
console.log(`${forms.length} forms, ${clients.length} client spans`);
await trace.shutdown();
process.exit();
