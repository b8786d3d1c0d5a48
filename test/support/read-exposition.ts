// Parses the text of a scrape strictly: every line has its form, and every sample belongs to a family.

/** A line with a value. */
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

/** Returns all samples. Throws for the first line that does not follow the format. */
export function readExposition(text: string): Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Set<string>();
  const seen = new Set<string>();
  const lines = text.slice(0, -1).split('\n');
  if (lines.includes('# EOF') && lines.indexOf('# EOF') !== lines.length - 1)
    throw new Error('text after EOF');
  return lines.flatMap(line => {
    if (line === '# EOF') return [];
    const family = /^# TYPE (\S+) (?:counter|gauge|histogram|info)$/.exec(line)?.[1];
    if (family !== undefined) {
      if (families.has(family)) throw new Error(`the family ${family} is there twice`);
      families.add(family);
      return [];
    }
    if (/^# HELP \S+ ./.test(line)) return [];
    // A label may have a brace in its value, so the labels end behind the last quote.
    const match = LINE.exec(line) ?? /^([a-zA-Z_:][\w:]*)\{(.*")\} (\S+)()()()$/s.exec(line);
    if (match === null) throw new Error(`not a sample: ${line}`);
    const [, name = '', labels = '', value = '', exemplarLabels, exemplarValue, time] = match;
    if (!SUFFIXES.some(suffix => name.endsWith(suffix) && families.has(baseOf(name, suffix, families)))) {
      throw new Error(`a sample without a family: ${line}`);
    }
    const key = `${name}{${labels}}`;
    if (seen.has(key)) throw new Error(`a sample that is there twice: ${key}`);
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

/** Adds up the samples with a name and with these labels. */
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
