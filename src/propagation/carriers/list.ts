// Lists of headers, in the three shapes clients use:
//
//   [['traceparent', '00-…'], …]           pairs: fetch, undici
//   [{ traceparent: Buffer }, …]           records: librdkafka clients; also [{ key, value }, …]
//   ['traceparent', '00-…', …]             flat: rawHeaders of Node, undici's request hooks

import { type CarrierStorage, decodeText } from './access.js';

/** One entry of a list: its name, its value, and how to replace the value. */
interface Item {
  readonly name: unknown;
  readonly value: unknown;
  replace(value: string): void;
}

/** A store on a list; the first entry tells the shape, an empty list becomes pairs. */
export function createListStorage(list: unknown[]): CarrierStorage {
  const append = appender(list);
  const items = (): Item[] => itemsOf(list);
  return {
    kind: 'list',
    read: name => {
      const wanted = decodeText(name)?.toLowerCase();
      return items()
        .filter(item => decodeText(item.name)?.toLowerCase() === wanted)
        .map(item => item.value);
    },
    write: (name, value) => {
      const present = items().find(item => item.name === name);
      if (present === undefined) append(String(name), value);
      else present.replace(value);
    },
    names: () => items().map(item => item.name),
  };
}

function itemsOf(list: unknown[]): Item[] {
  return isFlat(list) ? flatItems(list) : list.flatMap((entry, at) => itemOf(list, entry, at));
}

function isFlat(list: readonly unknown[]): boolean {
  return typeof list[0] === 'string';
}

function flatItems(list: unknown[]): Item[] {
  const items: Item[] = [];
  for (let at = 0; at + 1 < list.length; at += 2) {
    items.push({
      name: list[at],
      value: list[at + 1],
      replace: value => {
        list[at + 1] = value;
      },
    });
  }
  return items;
}

function itemOf(list: unknown[], entry: unknown, at: number): Item[] {
  if (Array.isArray(entry)) {
    return [{ name: entry[0], value: entry[1], replace: value => list.splice(at, 1, [entry[0], value]) }];
  }
  if (typeof entry !== 'object' || entry === null) return [];
  const record = entry as Record<string, unknown>;
  if ('key' in record && 'value' in record) {
    return [
      { name: record.key, value: record.value, replace: value => list.splice(at, 1, { ...record, value }) },
    ];
  }
  return Object.keys(record).map(name => ({
    name,
    value: record[name],
    replace: value => list.splice(at, 1, { ...record, [name]: value }),
  }));
}

function appender(list: unknown[]): (name: string, value: string) => void {
  const [first] = list;
  if (isFlat(list)) return (name, value) => list.push(name, value);
  if (typeof first !== 'object' || first === null || Array.isArray(first)) {
    return (name, value) => list.push([name, value]);
  }
  if ('key' in first && 'value' in first) return (key, value) => list.push({ key, value });
  return (name, value) => list.push({ [name]: value });
}
