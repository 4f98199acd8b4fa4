import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApicurio } from '../../deploy/local/apicurio.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { down } from '../../deploy/local/index.ts'

export interface TestRegistry {
  readonly url: string
  /** Registers the next version of a subject; its id. */
  register(subject: string, schema: string | object, more?: object): Promise<number>
  close(): Promise<void>
}

/** A real schema registry of the test's own. */
export async function testRegistry(): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-schemas-'))
  const url = await startApicurio(folder, await freePort())
  return {
    url,
    async register(subject, schema, more = {}) {
      const text = typeof schema === 'string' ? schema : JSON.stringify(schema)
      const response = await fetch(`${url}/subjects/${subject}/versions`, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
        body: JSON.stringify({ schema: text, ...more }),
      })
      const answer = (await response.json()) as { id?: number }
      if (answer.id === undefined) throw new Error(`not registered: ${JSON.stringify(answer)}`)
      return answer.id
    },
    close: async () => {
      await down(folder)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
