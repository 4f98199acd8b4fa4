import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessIdentity } from './process-identity.ts'
import type { PortName } from './versions.ts'

/** One started program as the project remembers it, so that a later run finds it again by identity. */
export interface StartedProgram extends ProcessIdentity {
  readonly name: string
  readonly command: string
  readonly log: string
  readonly since: string
  /** Digest of command and environment: a program with another one is stopped and started anew. */
  readonly digest: string
  readonly stopSignal: NodeJS.Signals
}

export interface ProjectState {
  ports: Partial<Record<PortName, number>>
  programs: Record<string, StartedProgram>
}

const fileOf = (folder: string) => join(folder, 'state.json')

export function readState(folder: string): ProjectState {
  try {
    return JSON.parse(readFileSync(fileOf(folder), 'utf8')) as ProjectState
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { ports: {}, programs: {} }
    throw error
  }
}

/** Reads, changes and writes the state without a pause in between; the file is replaced, never half written. */
export function changeState(folder: string, change: (state: ProjectState) => void): ProjectState {
  mkdirSync(folder, { recursive: true })
  const state = readState(folder)
  change(state)
  const temporary = `${fileOf(folder)}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`)
  renameSync(temporary, fileOf(folder))
  return state
}
