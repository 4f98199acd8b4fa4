import { mkdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { httpAnswers } from './health.ts'
import { portsOf } from './ports.ts'
import { startProgram } from './program.ts'
import type { LocalServer } from './server.ts'

// A path that is no import ends as this file does: .ts in a clone, .js in the package.
const program = fileURLToPath(
  new URL(`./identity-server${extname(import.meta.url)}`, import.meta.url),
)

/** The identity provider for trying out, with ready-made people; a real one replaces it by its issuer. */
export const identity: LocalServer = {
  name: 'identity',
  version: 'oidc-provider 9',
  plan: () => [],
  async start({ folder, say }) {
    const { identity: port } = await portsOf(folder, ['identity'])
    const home = join(folder, 'identity')
    mkdirSync(home, { recursive: true })
    say('starting')
    const issuer = `http://127.0.0.1:${port}`
    await startProgram(folder, {
      name: 'identity',
      command: process.execPath,
      args: [program, '--port', `${port}`, '--folder', home],
      healthy: () => httpAnswers(`${issuer}/.well-known/openid-configuration`),
    })
    return { issuer }
  },
}
