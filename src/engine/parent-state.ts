// The parent of a new span, as the parent-based sampler and the SDK's own metrics distinguish it.

import type { SpanContext } from '@opentelemetry/api';
import { isSampled } from '../spans/trace-flags.js';

/** Whether a new span has a parent, whether the parent is in this process, and whether it is sampled. */
export type ParentState =
  | typeof NO_PARENT
  | typeof LOCAL_SAMPLED
  | typeof LOCAL_UNSAMPLED
  | typeof REMOTE_SAMPLED
  | typeof REMOTE_UNSAMPLED;
export const NO_PARENT = 0;
export const LOCAL_SAMPLED = 1;
export const LOCAL_UNSAMPLED = 2;
export const REMOTE_SAMPLED = 3;
export const REMOTE_UNSAMPLED = 4;

/** The value of `otel.span.parent.origin` for each state. */
export const PARENT_ORIGINS: Readonly<Record<ParentState, 'none' | 'local' | 'remote'>> = {
  [NO_PARENT]: 'none',
  [LOCAL_SAMPLED]: 'local',
  [LOCAL_UNSAMPLED]: 'local',
  [REMOTE_SAMPLED]: 'remote',
  [REMOTE_UNSAMPLED]: 'remote',
};

/**
 * Returns the state of a valid parent.
 *
 * @param parent the context of the parent
 */
export function getParentState(parent: SpanContext): ParentState {
  const hasSampledFlag = isSampled(parent);
  if (parent.isRemote === true) return hasSampledFlag ? REMOTE_SAMPLED : REMOTE_UNSAMPLED;
  return hasSampledFlag ? LOCAL_SAMPLED : LOCAL_UNSAMPLED;
}
