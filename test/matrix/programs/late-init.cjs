// init() runs after the application has loaded node:http with require().
const http = require('node:http');
const { checkOneTrace } = require('./one-trace.cjs');

const server = http.createServer((_, response) => response.end('ok'));

const { init, trace } = require('@do/trace');
const { memory } = require('@do/trace/exporters');
const recorded = memory();
init({ service: 'late', exporter: recorded });

checkOneTrace({ trace, recorded, server, http });
