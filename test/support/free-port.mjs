// Ports for servers that are told theirs, or that go and come back. Whoever can takes port 0 instead.

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the ports that a system hands out by itself, from 32,768 or from 49,152: between the moment in which a port is
// found free and the one in which its server binds it, nobody's connection and nobody's port 0 can take it away.
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
