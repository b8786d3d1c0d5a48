// express is loaded before init() and missing packages are asked for: two warnings, each with the way out, and all goes on.
const assert = require('node:assert/strict');
require('express');
const { init, trace } = require('@do/trace');
const { memory } = require('@do/trace/exporters');
const recorded = memory();
const said = [];
const say = message => said.push(message);
init({
  service: 'early',
  exporter: recorded,
  instrument: ['http', 'express', 'pg'],
  logger: { error: say, warn: say, info: () => {}, debug: () => {} },
});
trace.span('work', () => {});
assert.equal(recorded.spans.length, 1);
assert.equal(said.length, 2, said.join('\n'));
assert.match(said[0], /'pg' needs .*npm install @opentelemetry\/instrumentation-pg/);
assert.match(said[1], /loaded before init\(\).*express.*node --import @do\/trace\/register/);
console.log('2 warnings, each with the way out');
