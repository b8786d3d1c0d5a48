// Plain charts as SVG text that is readable on light and dark pages.

const WIDTH = 760;
const LEFT = 72;
const RIGHT = 28;

const STYLE = `
  svg { background: #ffffff; }
  text { font: 12px system-ui, 'DejaVu Sans', sans-serif; fill: #3b4252; }
  .title { font-size: 14px; font-weight: 600; fill: #1f2430; }
  .grid { stroke: #e3e6ec; stroke-width: 1; }
  .axis { stroke: #8a93a3; stroke-width: 1; }
  .band { fill: #f2f4f8; }
  path { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
  .ours { stroke: #1a6fd4; } .other { stroke: #d9730d; } .load { stroke: #8a93a3; }
  .target { stroke: #2c8a4b; stroke-dasharray: 5 4; }
  circle.ours { fill: #1a6fd4; stroke: none; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0f1420; }
    text { fill: #c3cad6; } .title { fill: #eef1f6; }
    .grid { stroke: #273043; } .axis { stroke: #7c879b; } .band { fill: #1a2233; }
    .ours { stroke: #6db1ff; } circle.ours { fill: #6db1ff; } .other { stroke: #ffab5c; } .target { stroke: #66cf8a; }
  }`;

const number = value => String(Math.round(value * 10) / 10);
const shown = value => value.toLocaleString('en-US');

/** A function from values to positions. */
function scale({ from, to, log }, start, end) {
  const at = log ? Math.log : value => value;
  return value => start + ((at(value) - at(from)) / (at(to) - at(from))) * (end - start);
}

/** The axes of a chart with ticks and labels, and the functions from values to positions. */
export function panel({ top, height, x, y }) {
  const right = WIDTH - RIGHT;
  const bottom = top + height;
  const xAt = scale(x, LEFT, right);
  const yAt = scale(y, bottom, top);
  const axes = [
    ...y.ticks.flatMap(tick => [
      `<line class="grid" x1="${LEFT}" x2="${right}" y1="${number(yAt(tick))}" y2="${number(yAt(tick))}"/>`,
      text(LEFT - 8, yAt(tick) + 4, shown(tick), '', 'end'),
    ]),
    ...x.ticks.map(tick => text(xAt(tick), bottom + 18, shown(tick), '', 'middle')),
    `<line class="axis" x1="${LEFT}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`,
    text((LEFT + right) / 2, bottom + 36, x.label, '', 'middle'),
    `<text transform="translate(13 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${y.label}</text>`,
  ].join('\n');
  return { axes, xAt, yAt, top, bottom };
}

/** A line through points. */
export function line({ xAt, yAt }, points, kind) {
  const path = points
    .map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${number(xAt(x))} ${number(yAt(y))}`)
    .join('');
  return `<path class="${kind}" d="${path}"/>`;
}

/** A dot for each point. */
export function marks({ xAt, yAt }, points, kind) {
  return points
    .map(([x, y]) => `<circle class="${kind}" cx="${number(xAt(x))}" cy="${number(yAt(y))}" r="4"/>`)
    .join('\n');
}

/** A range of the x axis as a background. */
export function band({ xAt, top, bottom }, from, to) {
  const width = number(xAt(to) - xAt(from));
  return `<rect class="band" x="${number(xAt(from))}" y="${top}" width="${width}" height="${bottom - top}"/>`;
}

/** A piece of text. */
export function text(x, y, content, kind = '', anchor = 'start') {
  const marked = kind === '' ? '' : ` class="${kind}"`;
  return `<text${marked} x="${number(x)}" y="${number(y)}" text-anchor="${anchor}">${content}</text>`;
}

/** The whole picture, with the legend in one row at the bottom. */
export function figure({ title, height, body, legend }) {
  let x = LEFT;
  const entries = legend.flatMap(([kind, label]) => {
    const at = x;
    x += 44 + label.length * 6.6;
    return [
      `<path class="${kind}" d="M${number(at)} ${height - 16}h22"/>`,
      text(at + 28, height - 12, label),
    ];
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">`,
    `<style>${STYLE}\n</style>`,
    text(LEFT, 24, title, 'title'),
    ...body,
    ...entries,
    '</svg>',
  ].join('\n')}\n`;
}
