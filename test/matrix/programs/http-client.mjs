// Every documented form of a request with node:http, first without tracing, then with it: the same bytes but for the
// propagation headers, the same results and errors.
import assert from 'node:assert/strict';
import { findDifference, listForms, runForm, startRecordingServer } from './http-forms.mjs';

const server = await startRecordingServer();
const forms = listForms();
const untraced = [];
for (const form of forms) untraced.push(await runForm(form, server));

const { init, trace } = await import('@do/trace');
const { memory } = await import('@do/trace/exporters');
const recorded = memory();
init({ service: 'client', exporter: recorded });
for (const [index, form] of forms.entries()) {
  const traced = await trace.span('caller', () => runForm(form, server));
  const difference = findDifference(untraced[index], traced);
  assert.equal(difference, undefined, `${form.name}: ${difference}`);
}
server.close();
const clients = recorded.spans.filter(span => span.kind === 2);
assert.ok(clients.length > 0);
console.log(`${forms.length} forms, ${clients.length} client spans`);
await trace.shutdown();
process.exit();
