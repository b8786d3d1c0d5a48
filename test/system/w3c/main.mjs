// The service as a program with the full SDK: `init()` with the instrumentations of http and fetch.

import { init } from '@do/trace';
import { memory } from '@do/trace/exporters';
import { startService } from './service.mjs';

init({ service: 'w3c-service', exporter: memory() });
const server = await startService(Number(process.env.PORT ?? 0));
console.log(`http://127.0.0.1:${server.address().port}/test`);
