import type { Child } from '../processes.mjs';

export interface Started {
  readonly child: Child;
  readonly stop: () => Promise<void>;
}

export interface Backend extends Started {
  /** The URL for spans. */
  readonly endpoint: string;
  /** The URL of the API that returns spans. */
  readonly api: string;
}

export function startCollector(
  config: string | object,
  options?: {
    readonly env?: Record<string, string>;
    readonly set?: Record<string, unknown>;
    readonly args?: readonly string[];
  },
): Promise<Started>;
export function startJaeger(): Promise<Backend>;
export function startZipkin(): Promise<Backend>;
export function startTestAgent(): Promise<Backend & { readonly agent: string }>;
