import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { CommandContext } from './command.ts'
import { projectFolder } from './settings-file.ts'

/** What `driftgate login` leaves for later commands: one session per gateway and person. */
export const sessionSchema = z.object({
  gateway: z.string(),
  accessToken: z.string(),
  /** Unix milliseconds; afterwards the session counts as absent. */
  expiresAt: z.number(),
  /** Who it is for the identity provider. */
  subject: z.string(),
  /** Who it is for people. */
  name: z.string(),
})
export type Session = z.infer<typeof sessionSchema>

const fileSchema = z.object({
  schema: z.literal('driftgate-sessions/1'),
  /** The latest sign-in comes first. */
  sessions: z.array(sessionSchema),
})

type Place = Pick<CommandContext, 'folder'>
const fileOf = (context: Place) => join(projectFolder(context), 'session.json')

/**
 * The session to use at this gateway: of `person` (a subject or a name), or of whoever signed in last.
 * Null when there is none any more.
 */
export function findSession(
  context: Place,
  gateway: string,
  person?: string,
  now = Date.now(),
): Session | null {
  const found = readAll(context).find(
    (session) =>
      session.gateway === gateway &&
      session.expiresAt > now &&
      (person === undefined || session.subject === person || session.name === person),
  )
  return found ?? null
}

/** Readable by its owner only, and the one to use from now on. */
export function writeSession(context: Place, session: Session): void {
  const others = readAll(context).filter(
    ({ gateway, subject }) => gateway !== session.gateway || subject !== session.subject,
  )
  const file = fileOf(context)
  mkdirSync(projectFolder(context), { recursive: true })
  const text = { schema: 'driftgate-sessions/1', sessions: [session, ...others] }
  // A new file: an old one keeps the mode that it has.
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify(text, null, 2)}\n`, { mode: 0o600 })
  renameSync(fresh, file)
}

export const forgetSessions = (context: Place): void => rmSync(fileOf(context), { force: true })

/** A file that is not ours, or damaged, holds no session: signing in again mends it. */
function readAll(context: Place): Session[] {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(fileOf(context), 'utf8'))).sessions
  } catch {
    return []
  }
}
