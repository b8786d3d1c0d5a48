// Free ports for servers that need a fixed port, or that stop and start again. Other servers use port 0.

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the ephemeral ports (from 32,768 or 49,152), so that no other connection takes a port between the check and the
// moment in which its server binds it.
const FROM = 15_000;
const TO = 32_000;
const ATTEMPTS = 200;

const given = new Set();

/**
 * A port of loopback that is free, and that no other caller in this process is given.
 *
 * @param {number} [below] how many ports right below it must be free as well
 * @returns {Promise<number>}
 */
export async function freePort(below = 0) {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const top = randomInt(FROM + below, TO);
    const ports = Array.from({ length: below + 1 }, (_, index) => top - index);
    if (ports.some(port => given.has(port))) continue;
    for (const port of ports) given.add(port);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return top;
  }
  throw new Error(`no port is free between ${FROM} and ${TO}`);
}

async function isFree(port) {
  const server = createServer();
  try {
    await new Promise((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  } catch {
    return false; // Someone listens there.
  }
  await new Promise(resolve => server.close(resolve));
  return true;
}
