// Runs a program in another process and checks the requests at an OTLP receiver: over-otlp.mjs <expected,…> <node arguments…>
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

const [expected = '', ...args] = process.argv.slice(2);
const bodies = [];
const receiver = createServer(async (incoming, response) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  bodies.push(incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
  assert.equal(incoming.url, '/v1/traces');
  response.writeHead(200, { 'content-type': incoming.headers['content-type'] }).end();
});
await new Promise(resolve => receiver.listen(0, '127.0.0.1', resolve));

const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.address().port}` };
const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
const output = { stdout: '', stderr: '' };
child.stdout.on('data', text => (output.stdout += text));
child.stderr.on('data', text => (output.stderr += text));
const status = await new Promise(resolve => child.on('close', resolve));
receiver.close();

assert.equal(status, 0, output.stderr);
assert.equal(output.stdout, '{"success":true}\n');
// A body contains names and attributes as plain text, in JSON and in protobuf.
const arrived = Buffer.concat(bodies);
for (const text of expected.split(','))
  assert.ok(arrived.includes(text), `${text} has not arrived\n${output.stderr}`);
assert.ok(!arrived.includes('/v1/traces'), 'the exporter traced its own requests');
console.log(`${expected.split(',').length} names arrived in ${bodies.length} requests`);
