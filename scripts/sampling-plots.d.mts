/** Draws the pictures of docs/sampling.md from runs of these parts. Returns SVG text by file name. */
export function drawAll(parts: object): Record<string, string>;
