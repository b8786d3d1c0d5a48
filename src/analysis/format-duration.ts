// Durations as short text.

/** Formats nanoseconds in at most eight columns: `850 ns`, `12.3 µs`, `417 ms`, `1.24 s`, `2m 03s`, `17h 02m`, `3d 04h`. */
export function formatDuration(ns: number): string {
  if (ns < 999.5) return `${Math.round(ns)} ns`;
  if (ns < 999.5e3) return `${formatThreeDigits(ns / 1e3)} µs`;
  if (ns < 999.5e6) return `${formatThreeDigits(ns / 1e6)} ms`;
  if (ns < 59.95e9) return `${formatThreeDigits(ns / 1e9)} s`;
  const seconds = Math.round(ns / 1e9);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${formatTwoDigits(seconds % 60)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return `${Math.floor(minutes / 60)}h ${formatTwoDigits(minutes % 60)}m`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)}d ${formatTwoDigits(hours % 24)}h`;
}

function formatThreeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

function formatTwoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
