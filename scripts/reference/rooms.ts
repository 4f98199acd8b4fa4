import { readFileSync } from 'node:fs'
import { code, markdownTable } from './markdown.ts'

interface Room {
  readonly holds: string
  readonly imports: 'any' | readonly string[]
  readonly typeImports?: readonly string[]
  readonly packages: 'any' | readonly string[]
}

interface Table {
  readonly floors: readonly { readonly name: string; readonly rooms: readonly string[] }[]
  readonly rooms: Readonly<Record<string, Room>>
  readonly exceptions: readonly { files: string[]; imports: string[]; why: string }[]
}

const start = '<!-- rooms: generated from rooms.json by scripts/generate-docs.ts -->'
const end = '<!-- /rooms -->'

/** `architecture.md` with its picture and table of rooms drawn from `rooms.json`, the rest untouched. */
export function architecturePage(docs: URL): string {
  const table = JSON.parse(readFileSync(new URL('rooms.json', docs), 'utf8')) as Table
  const text = readFileSync(new URL('architecture.md', docs), 'utf8')
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  if (from < 0 || to < 0) throw new Error('docs/architecture.md has lost the marks of its table')
  return [
    text.slice(0, from),
    start,
    '\n\n',
    drawing(table),
    '\n\n',
    rules(table),
    '\n\n',
    text.slice(to),
  ].join('')
}

/** The floors as a picture that any reader of text sees. */
function drawing({ floors, rooms }: Table): string {
  const width = Math.max(...Object.keys(rooms).map((room) => room.length))
  const lines = floors.flatMap(({ name, rooms: names }) =>
    names.map((room, index) => {
      const floor = (index === 0 ? name : '').padEnd(8)
      const place = room.endsWith('.ts') ? room : `${room}/`
      return `${floor} ${place.padEnd(width + 2)} ${rooms[room]?.holds ?? ''}`
    }),
  )
  return ['```text', ...lines, '```'].join('\n')
}

function rules({ rooms, exceptions }: Table): string {
  const list = (allowed: 'any' | readonly string[]) =>
    allowed === 'any' ? 'anything' : allowed.map(code).join(', ') || 'nothing'
  const rows = Object.entries(rooms)
    .filter(([, { imports, packages }]) => imports.length > 0 || packages.length > 0)
    .map(([room, { imports, typeImports, packages }]) => [
      code(room),
      list(imports) + (typeImports ? `; as types ${list(typeImports)}` : ''),
      list(packages),
    ])
  const special = exceptions.map(
    ({ files, imports, why }) =>
      `- ${files.map(code).join(', ')} may also import ${list(imports)}: ${why}.`,
  )
  return [markdownTable(['room', 'may import', 'and the packages'], rows), special.join('\n')].join(
    '\n\n',
  )
}
