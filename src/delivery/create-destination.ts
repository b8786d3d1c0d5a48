// One destination, put together from what it is told.

import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { systemClock } from '../core/clock.js';
import { maskEndpoint } from '../core/endpoint.js';
import { Destination } from './destination.js';
import { createHttpTransport } from './http/transport.js';
import type { DestinationOptions, SharedOptions } from './destination-options.js';
import type { ResolvedDelivery } from './options.js';
import { nodeFiles } from './spool/files.js';
import { systemOwners } from './spool/owner.js';
import { Spool } from './spool/spool.js';
import { systemTimers } from '../core/timers.js';
import { Voice } from './log-throttle.js';

/**
 * Makes a destination with its transport, its spool and its voice.
 *
 * @param destination where it is
 * @param shared what it shares with others
 * @param common the shared options with every default in place
 */
export function createDestination(
  destination: DestinationOptions,
  shared: SharedOptions,
  common: ResolvedDelivery,
): Destination {
  const { name, endpoint, headers = {}, transport, tls } = destination;
  const { protocol = transport === undefined ? 'http/protobuf' : undefined } = destination;
  const { shown = maskEndpoint(endpoint.href) } = destination;
  const { clock = systemClock, timers = systemTimers, random = Math.random, env = process.env } = shared;
  const options = { ...common, timeoutMs: destination.timeoutMs ?? common.timeoutMs };
  const voice = new Voice(shared.diagnostics, clock);
  const compression = destination.compression ?? options.compression;
  return new Destination({
    target: { name, shown, isDefault: isDefault(endpoint), protocol },
    options,
    transport: transport ?? createHttpTransport({ endpoint, headers, compression, protocol, tls, env }),
    spool: openSpool(destination, shared, options, voice),
    timers,
    clock,
    random,
    voice,
  });
}

function openSpool(
  { name, endpoint }: DestinationOptions,
  { clock = systemClock, random = Math.random, fs = nodeFiles, owners }: SharedOptions,
  { spool }: ResolvedDelivery,
  voice: Voice,
): Spool | undefined {
  if (spool === undefined) return undefined;
  // Spans that were meant for one backend must never be replayed to another.
  const key = createHash('sha256').update(endpoint.href).digest('hex').slice(0, 8);
  const directory = join(resolve(spool.directory), `${name.replace(/[^a-z0-9]+/gi, '-')}-${key}`);
  return Spool.open({
    directory,
    maxBytes: spool.maxBytes,
    files: fs,
    owners: owners ?? systemOwners(),
    clock,
    random,
    report: (kind, message) => voice.note({ key: kind, message }),
  });
}

/** The endpoint that is used when nobody said anything. */
function isDefault({ protocol, hostname, port }: URL): boolean {
  return protocol === 'http:' && port === '4318' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
