// Lists of headers as carriers, in the forms that clients use:
//
//   [['traceparent', '00-…'], …]           pairs: fetch, undici
//   [{ traceparent: Buffer }, …]           records: librdkafka clients; also [{ key, value }, …]
//   ['traceparent', '00-…', …]             flat: rawHeaders of Node.js, request hooks of undici

import { type CarrierStorage, decodeText } from './access.js';

/** One header of a list. */
interface ListedHeader {
  readonly name: unknown;
  readonly value: unknown;
  /** Replaces the value in the list. */
  replace(value: string): void;
}

/** Creates the storage of a list. The first entry determines the form; an empty list gets pairs. */
export function createListStorage(list: unknown[]): CarrierStorage {
  const append = selectAppender(list);
  return {
    kind: 'list',
    read: name => {
      const wanted = decodeText(name)?.toLowerCase();
      return readHeaders(list)
        .filter(header => decodeText(header.name)?.toLowerCase() === wanted)
        .map(header => header.value);
    },
    write: (name, value) => {
      const existing = readHeaders(list).find(header => header.name === name);
      if (existing === undefined) append(String(name), value);
      else existing.replace(value);
    },
    names: () => readHeaders(list).map(header => header.name),
  };
}

function readHeaders(list: unknown[]): ListedHeader[] {
  return isFlat(list)
    ? readFlatHeaders(list)
    : list.flatMap((entry, index) => readEntryHeaders(list, entry, index));
}

function isFlat(list: readonly unknown[]): boolean {
  return typeof list[0] === 'string';
}

function readFlatHeaders(list: unknown[]): ListedHeader[] {
  const headers: ListedHeader[] = [];
  for (let index = 0; index + 1 < list.length; index += 2) {
    headers.push({
      name: list[index],
      value: list[index + 1],
      replace: value => {
        list[index + 1] = value;
      },
    });
  }
  return headers;
}

function readEntryHeaders(list: unknown[], entry: unknown, index: number): ListedHeader[] {
  if (Array.isArray(entry)) {
    return [{ name: entry[0], value: entry[1], replace: value => list.splice(index, 1, [entry[0], value]) }];
  }
  if (typeof entry !== 'object' || entry === null) return [];
  const record = entry as Record<string, unknown>;
  if ('key' in record && 'value' in record) {
    return [
      {
        name: record.key,
        value: record.value,
        replace: value => list.splice(index, 1, { ...record, value }),
      },
    ];
  }
  return Object.keys(record).map(name => ({
    name,
    value: record[name],
    replace: value => list.splice(index, 1, { ...record, [name]: value }),
  }));
}

function selectAppender(list: unknown[]): (name: string, value: string) => void {
  const [first] = list;
  if (isFlat(list)) return (name, value) => list.push(name, value);
  if (typeof first !== 'object' || first === null || Array.isArray(first)) {
    return (name, value) => list.push([name, value]);
  }
  if ('key' in first && 'value' in first) return (key, value) => list.push({ key, value });
  return (name, value) => list.push({ [name]: value });
}
