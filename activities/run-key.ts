import { createHash } from 'node:crypto'
import { type RunKeyParts, runKeyText } from '../policies/run-key.ts'

/** The deterministic name of one retraining: first 12 hex digits of the SHA-256 of `runKeyText`. */
export const runKeyFor = (parts: RunKeyParts): string =>
  createHash('sha256').update(runKeyText(parts)).digest('hex').slice(0, 12)
