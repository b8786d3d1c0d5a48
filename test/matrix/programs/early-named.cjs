// express is loaded before init(), and the package of pg is missing: two warnings, each with a fix, and spans are recorded.
const assert = require('node:assert/strict');
require('express');
const { init, trace } = require('@do/trace');
const { memory } = require('@do/trace/exporters');
const recorded = memory();
const warnings = [];
const warn = message => warnings.push(message);
init({
  service: 'early',
  exporter: recorded,
  instrument: { express: true, pg: true },
  logger: { error: warn, warn, info: () => {}, debug: () => {} },
});
trace.span('work', () => {});
assert.equal(recorded.spans.length, 1);
assert.equal(warnings.length, 2, warnings.join('\n'));
assert.match(warnings[0], /'pg' is not installed.*npm install @opentelemetry\/instrumentation-pg/);
assert.match(warnings[1], /loaded before init\(\).*express.*node --import @do\/trace\/register/);
console.log('2 warnings, each with a fix');
