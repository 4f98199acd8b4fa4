import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'

/**
 * Runs `work` while no other process holds the lock file, so that two starters never build the same thing.
 * A lock whose owner has died (same id, same start time) is taken over.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true })
  while (!take(file)) await wait(200)
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

/** Written aside and linked into place, so that nobody ever reads half a lock. */
function take(file: string): boolean {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(identify(process.pid)))
  try {
    linkSync(draft, file)
    return true
  } catch {
    if (!isHeld(file)) rmSync(file, { force: true })
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}

function isHeld(file: string): boolean {
  try {
    return isAlive(JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity)
  } catch {
    return false
  }
}
