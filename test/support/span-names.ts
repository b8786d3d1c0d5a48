// The names of the spans in a request, read by hand: spans are field 2 of field 2 of field 1, names field 5 of those.
// It decodes nothing else, so that ten million spans can be looked at.

/** Span names of a request, in order. */
export function spanNames(bytes: Uint8Array): string[] {
  const names: string[] = [];
  eachSpanName(bytes, name => names.push(name));
  return names;
}

/** Calls `onName` with the name of each span. */
export function eachSpanName(bytes: Uint8Array, onName: (name: string) => void): void {
  eachSpan(bytes, (text, from, to) => {
    let name = '';
    eachField(text, from, to, (field, start, end) => {
      if (field === 5) name = text.toString('utf8', start, end);
    });
    onName(name);
  });
}

/** The trace ids of a request's spans, in order. */
export function traceIdsOf(bytes: Uint8Array): string[] {
  const ids: string[] = [];
  eachSpan(bytes, (text, from, to) => {
    eachField(text, from, to, (field, start, end) => {
      if (field === 1) ids.push(text.toString('hex', start, end));
    });
  });
  return ids;
}

function eachSpan(bytes: Uint8Array, onSpan: (text: Buffer, from: number, to: number) => void): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  eachField(text, 0, text.length, (field, from, to) => {
    if (field !== 1) return;
    eachField(text, from, to, (inner, start, end) => {
      if (inner !== 2) return;
      eachField(text, start, end, (span, first, last) => {
        if (span === 2) onSpan(text, first, last);
      });
    });
  });
}

/** Calls `onField` with each delimited field; throws at what is no message. */
function eachField(
  bytes: Buffer,
  from: number,
  to: number,
  onField: (field: number, from: number, to: number) => void,
): void {
  let at = from;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || at > to || shift > 63) throw new Error('this is no protobuf message');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < to) {
    const tag = varint();
    const kind = tag & 7;
    if (kind === 0) varint();
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else if (kind === 2) {
      const size = varint();
      onField(Math.floor(tag / 8), at, at + size);
      at += size;
    } else throw new Error(`wire type ${kind} is not of protobuf 3`);
    if (at > to) throw new Error('a field is longer than its message');
  }
}
