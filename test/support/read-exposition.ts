// Reads a page as strictly as the formats are written down: every line has its shape, every sample its family.

/** One sample. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar?: {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    readonly time: number;
  };
}

const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;
const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*?)\})? (\S+)(?: # \{([^}]*)\} (\S+) (\S+))?$/s;
const SUFFIXES = ['_total', '_bucket', '_count', '_sum', '_info', ''];

/** All samples of a page; throws at the first line that is none of the format. */
export function readExposition(page: string): Sample[] {
  if (!page.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Set<string>();
  const seen = new Set<string>();
  const lines = page.slice(0, -1).split('\n');
  if (lines.includes('# EOF') && lines.indexOf('# EOF') !== lines.length - 1)
    throw new Error('text after EOF');
  return lines.flatMap(line => {
    if (line === '# EOF') return [];
    const family = /^# TYPE (\S+) (?:counter|gauge|histogram|info)$/.exec(line)?.[1];
    if (family !== undefined) {
      if (families.has(family)) throw new Error(`the family ${family} comes twice`);
      families.add(family);
      return [];
    }
    if (/^# HELP \S+ ./.test(line)) return [];
    // The labels may hold a brace, so the end of the list is looked for from behind the last quote.
    const match = LINE.exec(line) ?? /^([a-zA-Z_:][\w:]*)\{(.*")\} (\S+)()()()$/s.exec(line);
    if (match === null) throw new Error(`no sample: ${line}`);
    const [, name = '', labels = '', value = '', exemplarLabels, exemplarValue, time] = match;
    if (!SUFFIXES.some(suffix => name.endsWith(suffix) && families.has(baseOf(name, suffix, families)))) {
      throw new Error(`no family: ${line}`);
    }
    const key = `${name}{${labels}}`;
    if (seen.has(key)) throw new Error(`twice: ${key}`);
    seen.add(key);
    return [
      {
        name,
        labels: readLabels(labels),
        value: readNumber(value),
        ...(exemplarLabels
          ? {
              exemplar: {
                labels: readLabels(exemplarLabels),
                value: readNumber(exemplarValue ?? ''),
                time: readNumber(time ?? ''),
              },
            }
          : {}),
      },
    ];
  });
}

/** The samples of one name, summed over what fits the labels. */
export function sumOf(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number {
  return samples
    .filter(sample => sample.name === name)
    .filter(sample => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, sample) => sum + sample.value, 0);
}

function baseOf(name: string, suffix: string, families: ReadonlySet<string>): string {
  return families.has(name) ? name : name.slice(0, name.length - suffix.length);
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const at = LABEL.lastIndex;
    const match = LABEL.exec(text);
    if (match === null) throw new Error(`no label at ${at}: ${text}`);
    const [, key = '', value = ''] = match;
    if (key in labels) throw new Error(`the label ${key} comes twice`);
    labels[key] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
}

function readNumber(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (text === '' || Number.isNaN(value)) throw new Error(`no number: ${text}`);
  return value;
}
