import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { CommandContext } from './command.ts'
import { projectFolder } from './settings-file.ts'

/** What `driftgate login` leaves for later commands: one session per gateway. */
export const sessionSchema = z.object({
  gateway: z.string(),
  accessToken: z.string(),
  /** Unix milliseconds; afterwards the session counts as absent. */
  expiresAt: z.number(),
  /** Who it is, for `driftgate status`. */
  name: z.string(),
})
export type Session = z.infer<typeof sessionSchema>

type Place = Pick<CommandContext, 'folder'>
const fileOf = (context: Place) => join(projectFolder(context), 'session.json')

/** The token to send to this gateway, or null when nobody is signed in there any more. */
export async function readSession(
  context: Place,
  gateway: string,
  now = Date.now(),
): Promise<string | null> {
  try {
    const session = sessionSchema.parse(JSON.parse(readFileSync(fileOf(context), 'utf8')))
    return session.gateway === gateway && session.expiresAt > now ? session.accessToken : null
  } catch {
    return null
  }
}

/** Readable by its owner only. */
export function writeSession(context: Place, session: Session): void {
  mkdirSync(projectFolder(context), { recursive: true })
  const file = fileOf(context)
  writeFileSync(file, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
}

export const forgetSession = (context: Place): void => rmSync(fileOf(context), { force: true })
