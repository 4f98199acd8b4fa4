type Random = () => number

const pick = <Item>(items: readonly Item[], next: Random): Item =>
  items[Math.floor(next() * items.length)] as Item

const words = ['true', 'false', 'null']
const texts = [
  ...[
    'a',
    'b',
    '',
    'NaN',
    'Infinity',
    '-Infinity',
    'Zürich',
    '日本',
    '😀',
    'tab\\t',
    '\\u0061',
    '\\ud800',
  ],
  ...[
    '\\"',
    '\\\\',
    '__proto__',
    'constructor',
    '\u007f',
    '\u2028',
    '}',
    ',"id":2',
    'x'.repeat(300),
  ],
]
const numbers = [
  '0',
  '-0',
  '1',
  '12',
  '0.5',
  '-3.25e2',
  '1e21',
  '1E-7',
  '123456789.123456789',
  '1e400',
]

function number(next: Random): string {
  const kind = next()
  if (kind < 0.3) return pick(numbers, next)
  if (kind < 0.6) return String(Math.floor(next() * 1e6))
  return String((next() - 0.5) * 10 ** Math.floor(next() * 30 - 12))
}

function scalar(next: Random): string {
  const kind = next()
  if (kind < 0.6) return number(next)
  return kind < 0.8 ? `"${pick(texts, next)}"` : pick(words, next)
}

const times = [
  ...['"2026-01-01T00:00:00Z"', '"2026-01-01T12:34:56.789Z"', '"2024-02-29T00:00:00.000Z"'],
  ...[
    '"2025-02-29T00:00:00Z"',
    '"2025-02-30T00:00:00Z"',
    '"2026-01-01T24:00:00Z"',
    '"2026-00-01T00:00:00Z"',
  ],
  ...[
    '"1969-12-31T23:59:59Z"',
    '"2026-01-01 00:00:00Z"',
    '"2026-01-01T00:00:00+01:00"',
    '1767225600000',
  ],
  ...[
    '"2026-01-01T00:00:00.12Z"',
    '"2026-04-31T00:00:00Z"',
    '"9999-12-31T23:59:59Z"',
    'null',
    '-1',
    '"soon"',
  ],
]
const time = (next: Random) => (next() < 0.7 ? times[Math.floor(next() * 3)] : pick(times, next))

/** One record of a few shapes, most of them plain; some with members twice, hostile names or values of other kinds. */
export function jsonRecords(next: Random): string {
  const id = next() < 0.9 ? `"p${Math.floor(next() * 1e6)}"` : scalar(next)
  const model = next() < 0.9 ? '"m"' : scalar(next)
  const amount = next() < 0.8 ? number(next) : scalar(next)
  const plan = next() < 0.8 ? pick(['"a"', '"b"', '"Zürich"'], next) : scalar(next)
  const vector =
    next() < 0.9
      ? `[${number(next)},${number(next)}]`
      : pick(['[]', '[[1],2]', '{}', '[1]', '["a",1]'], next)
  const features = `{"amount":${amount},"plan":${plan},"v":${vector},"note":"${pick(texts, next)}"}`
  const meta = `{"list":[1,${scalar(next)}],"b":${scalar(next)}}`
  const plain = `"id":${id},"time":${time(next)},"model":${model},"version":"${pick(['1', '2', texts[6]!], next)}"`
  switch (Math.floor(next() * 12)) {
    case 0:
      return `{${plain},"features":{"__proto__":${scalar(next)},"amount":${amount}},"score":1}`
    case 1:
      return `{${plain},"features":${features},"id":"again"}`
    case 2:
      return ` { ${plain} ,\n"features" : ${features} }\r\n`
    case 3:
      return `{${plain},"\\u0066eatures":${features},"__proto__":{"id":1},"constructor":null}`
    case 4:
      return `{${plain},"features":${features},"features":${scalar(next)}}`
    default:
      return `{${plain},"features":${features},"meta":${meta},"score":${number(next)}}`
  }
}

/** The same bytes with a few of them changed, cut, doubled, or followed by others. */
export function mutated(record: Buffer, next: Random): Buffer {
  const at = Math.floor(next() * record.length)
  const other = Math.floor(next() * record.length)
  const special = Buffer.from('"\\{}[]:,0123456789eE+-. \n\t\u0000ntf')
  switch (Math.floor(next() * 7)) {
    case 0:
      return record.subarray(0, at)
    case 1:
      return Buffer.concat([
        record,
        Buffer.from(pick([' ', '\n', '}', '0', ',', '\0', '\u00a0'], next)),
      ])
    case 2:
      return Buffer.concat([Buffer.from(pick(['\ufeff', ' ', '\0', '['], next)), record])
    case 3:
      return Buffer.concat([record.subarray(0, at), record.subarray(other)])
    case 4: {
      const changed = Buffer.from(record)
      changed[at] = Math.floor(next() * 256)
      return changed
    }
    case 5: {
      const changed = Buffer.from(record)
      changed[at] = pick([...special], next)
      return changed
    }
    default:
      return Buffer.concat([
        record.subarray(0, at),
        Buffer.from([pick([...special], next)]),
        record.subarray(at),
      ])
  }
}
