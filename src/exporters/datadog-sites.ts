// The sites of Datadog: the host of the UI and of the OTLP intake. Source: https://docs.datadoghq.com/getting_started/site/

import { getOwn } from '../core/known-names.js';
import { suggest } from '../core/suggest.js';

/** A Datadog site. */
export interface DatadogSite {
  /** The host of the UI. */
  readonly app: string;
  /** The host of the OTLP intake. A site without a documented intake accepts OTLP through an Agent only. */
  readonly intake?: string;
}

/** The site of an account that names none. */
export const DEFAULT_SITE: DatadogSite = { app: 'app.datadoghq.com', intake: 'otlp.datadoghq.com' };

const SITES: Readonly<Record<string, DatadogSite>> = {
  'datadoghq.com': DEFAULT_SITE,
  'us3.datadoghq.com': { app: 'us3.datadoghq.com', intake: 'otlp.us3.datadoghq.com' },
  'us5.datadoghq.com': { app: 'us5.datadoghq.com', intake: 'otlp.us5.datadoghq.com' },
  'datadoghq.eu': { app: 'app.datadoghq.eu', intake: 'otlp.datadoghq.eu' },
  'ap1.datadoghq.com': { app: 'ap1.datadoghq.com', intake: 'otlp.ap1.datadoghq.com' },
  'ap2.datadoghq.com': { app: 'ap2.datadoghq.com', intake: 'otlp.ap2.datadoghq.com' },
  'ddog-gov.com': { app: 'app.ddog-gov.com' },
  'us2.ddog-gov.com': { app: 'us2.ddog-gov.com' },
  'uk1.datadoghq.com': { app: 'uk1.datadoghq.com' },
};

/** The names that Datadog gives its sites. */
const ALIASES: Readonly<Record<string, string>> = {
  us: 'datadoghq.com',
  us1: 'datadoghq.com',
  us3: 'us3.datadoghq.com',
  us5: 'us5.datadoghq.com',
  eu: 'datadoghq.eu',
  eu1: 'datadoghq.eu',
  ap1: 'ap1.datadoghq.com',
  ap2: 'ap2.datadoghq.com',
  uk: 'uk1.datadoghq.com',
  uk1: 'uk1.datadoghq.com',
  gov: 'ddog-gov.com',
  'us1-fed': 'ddog-gov.com',
  'us2-fed': 'us2.ddog-gov.com',
};

/** The names of all sites. */
export const SITE_NAMES: readonly string[] = Object.keys(SITES);

/** The OTLP endpoint of each site that has an intake, with the variable that selects the site. */
export const INTAKE_ENDPOINTS: readonly { readonly name: string; readonly endpoint: string }[] =
  Object.entries(SITES).flatMap(([site, { intake }]) =>
    intake === undefined ? [] : [{ name: `DD_SITE=${site}`, endpoint: getIntakeEndpoint(intake) }],
  );

/**
 * Finds a site.
 *
 * @param text the name of the site, or the address of a page of its UI
 */
export function findSite(text: string): DatadogSite | undefined {
  return getOwn(SITES, getHost(text));
}

/** Suggests the name of a site for text that names none. */
export function suggestSite(text: string): string | undefined {
  const host = getHost(text);
  return getOwn(ALIASES, host) ?? suggest(host, SITE_NAMES);
}

/** The full URL of an OTLP intake. */
export function getIntakeEndpoint(host: string): string {
  return `https://${host}/v1/traces`;
}

function getHost(text: string): string {
  return text
    .toLowerCase()
    .replace(/^https?:\/\/|\/.*$/g, '')
    .replace(/^app\./, '');
}
