import type { InitOptions } from '../config/index.js' with { 'resolution-mode': 'import' };
import type { TraceHandle } from './handle.js' with { 'resolution-mode': 'import' };

/** `startTracing` of start.ts, which is loaded at the first call. */
export function startTracing(options: InitOptions | undefined): TraceHandle;

/** `reportSecondStart` of second-start.ts, which start.ts exports again. */
export function reportSecondStart(options: InitOptions | undefined): void;
