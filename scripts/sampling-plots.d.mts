/** Draws the pictures of docs/sampling.md from runs of these parts; answers SVG text by file name. */
export function drawAll(parts: object): Record<string, string>;
