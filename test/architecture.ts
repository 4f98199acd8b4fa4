import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

type Allowed = 'any' | readonly string[]

export interface Room {
  readonly holds: string
  readonly imports: Allowed
  readonly typeImports?: readonly string[]
  readonly packages: Allowed
  readonly typePackages?: readonly string[]
  readonly builtins: 'none' | 'pure' | 'any'
}

/** `docs/rooms.json`: the table that this test enforces and `docs/architecture.md` shows. */
export interface RoomTable {
  readonly floors: readonly { readonly name: string; readonly rooms: readonly string[] }[]
  readonly pureBuiltins: readonly string[]
  readonly rooms: Readonly<Record<string, Room>>
  /** What one adapter may import beyond what all may: its own client library. */
  readonly adapters: Readonly<Record<string, { packages: string[]; imports?: string[] }>>
  readonly exceptions: readonly { files: string[]; imports: string[]; why: string }[]
}

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

export const table = JSON.parse(readFileSync(join(root, 'docs/rooms.json'), 'utf8')) as RoomTable

const passedOver = ['node_modules', '__pycache__', 'dist']

/** Files of the repository by path from its root; what others made or left behind is passed over. */
export function filesUnder(folder: string, ending = ''): string[] {
  const found: string[] = []
  if (!existsSync(join(root, folder))) return found
  if (statSync(join(root, folder)).isFile()) return [folder]
  for (const entry of readdirSync(join(root, folder))) {
    if (passedOver.includes(entry) || entry.startsWith('.')) continue
    const path = posix.join(folder, entry)
    if (statSync(join(root, path)).isDirectory()) found.push(...filesUnder(path, ending))
    else if (path.endsWith(ending)) found.push(path)
  }
  return found
}

export interface Import {
  readonly from: string
  /** Erased before the program runs. */
  readonly typeOnly: boolean
}

/** Imports and re-exports of a source text, dynamic ones with a literal included. */
export function importsOf(source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const fixed = code.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm,
  )
  const dynamic = code.matchAll(/(typeof\s+)?\bimport\(\s*'([^']+)'\s*\)/g)
  return [...fixed, ...dynamic].map((match) => ({
    from: match[2]!,
    typeOnly: match[1] !== undefined,
  }))
}

/** The room a path lies in: the longest name of the table that it begins with; `index.ts` is a room of its own. */
export function roomOf(path: string): string | undefined {
  return Object.keys(table.rooms)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((left, right) => right.length - left.length)[0]
}

/** Why a file may not import what it imports, one sentence each; empty when all is well. */
export function brokenRules(path: string, source: string): string[] {
  const room = roomOf(path)
  if (room === undefined) return [`${path} lies in no room of docs/rooms.json`]
  return importsOf(source).flatMap((each) => {
    const rule = each.from.startsWith('.')
      ? localRule(path, room, each)
      : libraryRule(path, room, each)
    return rule === null ? [] : [`${path} imports ${each.from}: ${rule}`]
  })
}

function localRule(path: string, room: string, { from, typeOnly }: Import): string | null {
  const target = posix.join(posix.dirname(path), from)
  const targetRoom = roomOf(target)
  const rules = table.rooms[room]!
  if (rules.imports === 'any') return null
  if (targetRoom === undefined) return 'it lies in no room'
  if (room === 'adapters' && targetRoom === 'adapters') return adapterRule(path, target)
  if (targetRoom === room) return null
  const exception = table.exceptions.find(({ files }) =>
    files.some((file) => path === file || (file.endsWith('/') && path.startsWith(file))),
  )
  const allowed = [
    ...rules.imports,
    ...(typeOnly ? (rules.typeImports ?? []) : []),
    ...(exception?.imports ?? []),
  ]
  if (allowed.some((each) => target.startsWith(`${each}/`))) return null
  const asTypes = rules.typeImports ? `, and as types ${rules.typeImports.join(', ')}` : ''
  return `${room} may import ${rules.imports.join(', ') || 'nothing local'}${asTypes}`
}

function adapterRule(path: string, target: string): string | null {
  const own = path.split('/')[1]!
  const other = target.split('/')[1]!
  if (own === other || table.adapters[own]?.imports?.includes(`adapters/${other}`)) return null
  return 'one adapter never imports another'
}

function libraryRule(path: string, room: string, { from, typeOnly }: Import): string | null {
  const rules = table.rooms[room]!
  if (from.startsWith('node:') || builtinModules.includes(from)) {
    if (rules.builtins === 'any' || typeOnly) return null
    if (rules.builtins === 'pure' && table.pureBuiltins.includes(from)) return null
    return `${room} uses no Node built-in${rules.builtins === 'pure' ? ' that reads or writes' : ''}`
  }
  if (rules.packages === 'any') return null
  const name = from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')
  const own = room === 'adapters' ? (table.adapters[path.split('/')[1]!]?.packages ?? []) : []
  if (rules.packages.includes(name) || own.includes(name)) return null
  if (typeOnly && rules.typePackages?.includes(name)) return null
  return `${room} may use ${[...rules.packages, ...own].join(', ') || 'no package'}`
}
