import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type AuditEntry, type AuditHeader, auditEntry, auditHeader } from '../contracts/audit.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { writeText } from './write-text.ts'

/** A whole trail: what the gateway gave, or an export of it. */
export interface Trail {
  readonly header: Pick<AuditHeader, 'environment'> & Partial<AuditHeader>
  readonly entries: readonly AuditEntry[]
}

/** Throws FILE_UNWRITABLE. */
export function writeTrail(folder: string, file: string, header: AuditHeader, trail: Trail): void {
  const lines = [header, ...trail.entries].map((line) => JSON.stringify(line))
  writeText(folder, file, `${lines.join('\n')}\n`)
}

/** Throws FILE_NOT_FOUND, and FILE_UNREADABLE with the line that is none of an export. */
export function readTrail(folder: string, file: string): Trail {
  let text: string
  try {
    text = readFileSync(resolve(folder, file), 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new DriftgateError('FILE_NOT_FOUND', { file }, { cause })
    }
    throw unreadable(file, '', (cause as Error).message, cause)
  }
  const [first = '', ...rest] = text.split('\n')
  const header = lineOf(file, 1, first, auditHeader)
  const entries = rest.flatMap((line, index) =>
    line === '' ? [] : [lineOf(file, index + 2, line, auditEntry)],
  )
  const decisions = entries.filter(({ kind }) => kind === 'decision').length
  if (decisions !== header.decisions) {
    const reason = `it holds ${decisions} decisions, its first line says ${header.decisions}`
    throw unreadable(file, '', reason)
  }
  return { header, entries }
}

function lineOf<Value>(
  file: string,
  line: number,
  text: string,
  schema: { parse(value: unknown): Value },
): Value {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw unreadable(file, `, line ${line},`, 'it is no line of an audit export', cause)
  }
}

const unreadable = (file: string, place: string, reason: string, cause?: unknown): DriftgateError =>
  new DriftgateError('FILE_UNREADABLE', { file, place, reason }, { cause })
