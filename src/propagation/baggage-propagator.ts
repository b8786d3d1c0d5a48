// The `baggage` header for OpenTelemetry, on our codec.

import {
  type Baggage as ApiBaggage,
  type BaggageEntry as ApiEntry,
  baggageEntryMetadataFromString,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { pluralize } from '../core/pluralize.js';
import { isTracingSuppressed } from '../core/suppression.js';
import { reportFault } from '../core/guard.js';
import { type Baggage, baggage, formatProperties, parseProperties } from '../w3c/baggage.js';
import { readHeaderValues } from './header-values.js';
import { refused } from './rejected-header.js';

const BAGGAGE = 'baggage';

/**
 * W3C Baggage as an OpenTelemetry propagator. Properties travel as the entry's metadata.
 * Entries that the header has no place for are left out whole, with a debug diagnostic.
 */
export class W3CBaggagePropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const entries = propagation.getBaggage(context);
    if (entries === undefined || isTracingSuppressed(context)) return;
    try {
      const text = headerOf(entries);
      if (text !== '') setter.set(carrier, BAGGAGE, text);
    } catch (error) {
      // A carrier that cannot be written to (headers already sent) must not fail the request.
      reportFault('the setter of a carrier', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const lines = readHeaderValues(carrier, getter, BAGGAGE);
      if (lines.length === 0) return context;
      const parsed = baggage.parse(lines);
      if (parsed.size === 0) {
        if (lines.some(line => line.trim() !== '')) refused(BAGGAGE, 'no entry in it can be read', lines[0]);
        return context;
      }
      return propagation.setBaggage(context, propagation.createBaggage(apiEntries(parsed)));
    } catch (error) {
      // Whatever the carrier does when it is read, the request goes on with the context it had.
      reportFault('the getter of a carrier', error);
      return context;
    }
  }

  fields(): string[] {
    return [BAGGAGE];
  }
}

function headerOf(entries: ApiBaggage): string {
  const all = entries.getAllEntries();
  const made = all.map(([key, { value, metadata }]) => ({
    key,
    value,
    properties: metadata === undefined ? [] : parseProperties(metadata.toString()),
  }));
  const text = baggage.format(baggage.make(made));
  // Commas are encoded inside values, so they count the members that found a place.
  const written = text === '' ? 0 : text.split(',').length;
  if (written < all.length) {
    refused(
      BAGGAGE,
      `${all.length - written} of ${pluralize(all.length, 'entry', 'entries')}: no valid ones, or beyond 8192 characters`,
    );
  }
  return text;
}

function apiEntries(parsed: Baggage): Record<string, ApiEntry> {
  // fromEntries defines the names as they are; assigning would make `__proto__` a prototype.
  return Object.fromEntries(
    Array.from(parsed, ({ key, value, properties }): [string, ApiEntry] => {
      if (properties.length === 0) return [key, { value }];
      return [key, { value, metadata: baggageEntryMetadataFromString(formatProperties(properties)) }];
    }),
  );
}
