const utf8 = new TextEncoder()
const repeated = (text: string, times: number) => utf8.encode(text.repeat(times))

/** Values of a record that no sender means well with. */
export const hostileValues: Readonly<Record<string, Uint8Array | null>> = {
  'no value': null,
  'nothing in it': new Uint8Array(0),
  'a zero': new Uint8Array([0]),
  'a byte order mark alone': new Uint8Array([0xef, 0xbb, 0xbf]),
  'no UTF-8': new Uint8Array([0xff, 0xfe, 0x7b]),
  'half a character': new Uint8Array([0x7b, 0x22, 0xc3]),
  'a lone surrogate': utf8.encode('{"id":"\\ud800","time":1767225600000}'),
  'deep lists': repeated('[', 200_000),
  'deep objects': repeated('{"features":', 100_000),
  'deep and closed': utf8.encode(`{"features":${'['.repeat(5_000)}${']'.repeat(5_000)}}`),
  'a prototype': utf8.encode(
    '{"__proto__":{"id":"p","polluted":1},"constructor":{"prototype":{}}}',
  ),
  'a prototype as a section': utf8.encode(
    '{"id":"p","time":1767225600000,"features":{"__proto__":{"polluted":1}}}',
  ),
  'a number that JSON does not have': utf8.encode('{"id":"p","time":NaN,"score":Infinity}'),
  'only a null': utf8.encode('null'),
  'only a text': utf8.encode('"text"'),
  'only a list': utf8.encode('[[],[{}],null]'),
  'quotes without end': utf8.encode('"""'),
  'delimiters alone': repeated(',', 10_000),
  'line ends alone': repeated('\r\n', 10_000),
  'a field of a megabyte': utf8.encode(`{"id":"${'x'.repeat(1 << 20)}"}`),
  'an enormous number': utf8.encode(`{"id":${'9'.repeat(10_000)},"time":1e999}`),
}

/** Pieces that hide in the middle of a record. */
export const hostilePieces: readonly string[] = [
  ...['NaN', 'Infinity', '-Infinity', 'null', 'true', '[]', '{}', '""', '-0', '1e999', '1e-999'],
  ...[
    '"__proto__"',
    '"constructor"',
    '"length"',
    '"\\u0000"',
    '"\\ud800"',
    '"shape":[9007199254740993]',
  ],
  ...[',', ';', '"', "'", '\n', '\r', '\t', '\\', '\u0000', '\ufeff', '[[[[', '}}', '{"id":'],
  ...['99999999999999999999', '0x1f', '1767225600000', '2026-01-01T00:00:00Z', '-1'],
]
