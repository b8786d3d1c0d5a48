// The `baggage` header as an OpenTelemetry propagator, on the codec in `w3c/`.

import {
  type Baggage as ApiBaggage,
  type BaggageEntry as ApiBaggageEntry,
  baggageEntryMetadataFromString,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';
import { reportFault } from '../core/guard.js';
import { isTracingSuppressed } from '../core/suppression.js';
import {
  type Baggage,
  baggage,
  formatProperties,
  MAX_BAGGAGE_LENGTH,
  parseProperties,
} from '../w3c/baggage.js';
import { readHeaderValues } from './header-values.js';
import { reportRejectedHeader } from './propagation-diagnostics.js';

const BAGGAGE = 'baggage';

/**
 * W3C Baggage as an OpenTelemetry propagator. The properties of an entry are its metadata.
 * Entries that do not fit into the header are left out as a whole, with a debug diagnostic.
 */
export class W3CBaggagePropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const entries = propagation.getBaggage(context);
    if (entries === undefined || isTracingSuppressed(context)) return;
    try {
      const text = formatHeader(entries);
      if (text !== '') setter.set(carrier, BAGGAGE, text);
    } catch (error) {
      // A carrier that cannot be written (headers already sent) must not fail the request.
      reportFault('the setter of a carrier', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const values = readHeaderValues(carrier, getter, BAGGAGE);
      if (values.length === 0) return context;
      const parsed = baggage.parse(values);
      if (parsed.size === 0) {
        if (values.some(value => value.trim() !== '')) {
          reportRejectedHeader(BAGGAGE, 'it has no valid entry', values[0]);
        }
        return context;
      }
      return propagation.setBaggage(context, propagation.createBaggage(toApiEntries(parsed)));
    } catch (error) {
      // A carrier that throws must not fail the request, which continues in the given context.
      reportFault('the getter of a carrier', error);
      return context;
    }
  }

  fields(): string[] {
    return [BAGGAGE];
  }
}

function formatHeader(entries: ApiBaggage): string {
  const all = entries.getAllEntries();
  const given = all.map(([key, { value, metadata }]) => ({
    key,
    value,
    properties: metadata === undefined ? [] : parseProperties(metadata.toString()),
  }));
  const text = baggage.format(baggage.make(given));
  // Commas inside values are encoded, so the commas of the text count its members.
  const written = text === '' ? 0 : text.split(',').length;
  if (written < all.length) {
    globalState.diagnostics.report('debug', {
      code: 'baggage_truncated',
      message: `${all.length - written} of ${all.length} baggage entries were not written: they are invalid, or the header would exceed ${MAX_BAGGAGE_LENGTH} characters`,
      source: BAGGAGE,
    });
  }
  return text;
}

function toApiEntries(parsed: Baggage): Record<string, ApiBaggageEntry> {
  // fromEntries defines own properties; an assignment to `__proto__` would set the prototype.
  return Object.fromEntries(
    Array.from(parsed, ({ key, value, properties }): [string, ApiBaggageEntry] => {
      if (properties.length === 0) return [key, { value }];
      return [key, { value, metadata: baggageEntryMetadataFromString(formatProperties(properties)) }];
    }),
  );
}
