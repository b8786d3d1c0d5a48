// Durations in the messages of the doctor.

/** A measured time: milliseconds below 10 seconds, then seconds. */
export function formatElapsed(ms: number): string {
  return ms < 10_000 ? `${Math.max(1, Math.round(ms))} ms` : `${Math.round(ms / 1_000)} s`;
}

/** A long duration in the largest unit of which there are at least two. */
export function formatSkew(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
