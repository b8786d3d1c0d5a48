// Creates a destination with its transport, its spool and its log throttle.

import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { systemClock } from '../../core/clock.js';
import { isDefaultEndpoint, maskEndpoint } from '../../core/endpoint.js';
import { systemTimers } from '../../core/timers.js';
import { createHttpTransport } from '../http/http-transport.js';
import { LogThrottle } from '../log-throttle.js';
import type { ResolvedDelivery } from '../options.js';
import { createSegmentOwners } from '../spool/segment-owner.js';
import { Spool } from '../spool/spool.js';
import { nodeSpoolFileSystem } from '../spool/spool-file-system.js';
import { Destination } from './destination.js';
import type { DestinationOptions, SharedOptions } from './destination-options.js';

/**
 * Creates a destination.
 *
 * @param destination the options of this destination
 * @param shared the parts that it shares with others
 * @param delivery the options of this destination with every default in place
 */
export function createDestination(
  destination: DestinationOptions,
  shared: SharedOptions,
  delivery: ResolvedDelivery,
): Destination {
  const { name, endpoint, headers = {}, transport, tls } = destination;
  const { protocol = transport === undefined ? 'http/protobuf' : undefined } = destination;
  const { displayEndpoint = maskEndpoint(endpoint.href) } = destination;
  const { clock = systemClock, timers = systemTimers, random = Math.random, env = process.env } = shared;
  const compression = destination.compression ?? delivery.compression;
  const logThrottle = new LogThrottle(shared.diagnostics, clock);
  return new Destination({
    info: {
      name,
      displayEndpoint,
      origin: endpoint.origin,
      isDefaultEndpoint: isDefaultEndpoint(endpoint),
      protocol,
    },
    options: delivery,
    transport: transport ?? createHttpTransport({ endpoint, headers, compression, protocol, tls, env }),
    spool: openSpool(destination, shared, delivery, logThrottle),
    timers,
    clock,
    random,
    logThrottle,
  });
}

function openSpool(
  { name, endpoint }: DestinationOptions,
  shared: SharedOptions,
  { spool }: ResolvedDelivery,
  logThrottle: LogThrottle,
): Spool | undefined {
  if (spool === false) return undefined;
  const { clock = systemClock, random = Math.random, fileSystem = nodeSpoolFileSystem } = shared;
  const { segmentOwners = createSegmentOwners() } = shared;
  // The directory depends on the endpoint, because spans for one backend must never be replayed to another.
  const key = createHash('sha256').update(endpoint.href).digest('hex').slice(0, 8);
  const directory = join(resolve(spool.directory), `${name.replace(/[^a-z0-9]+/gi, '-')}-${key}`);
  return Spool.open({
    directory,
    maxBytes: spool.maxBytes,
    fileSystem,
    segmentOwners,
    clock,
    random,
    report: diagnostic => logThrottle.warn({ ...diagnostic, source: name }),
  });
}
