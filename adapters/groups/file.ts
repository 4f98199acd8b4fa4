import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'
import type { FileGroups } from '../../contracts/group-settings.ts'
import type { GroupSource } from './group-source.ts'

const fileSchema = z.record(
  z.string(),
  z.strictObject({
    roles: z.array(z.string()).default([]),
    groups: z.array(z.string()).default([]),
  }),
)

/** People of a file, by subject. Somebody who is not in it has no rights; a file that cannot be read gives nobody any. */
export function fileGroups({ file }: FileGroups): GroupSource {
  async function read(): Promise<z.infer<typeof fileSchema>> {
    const text = await readFile(file, 'utf8').catch((cause) => {
      throw new DriftgateError('GROUPS_UNREACHABLE', { address: file }, { cause })
    })
    try {
      return fileSchema.parse(parse(text) ?? {})
    } catch (cause) {
      const reason = 'it does not hold people by subject, each with roles and groups'
      throw new DriftgateError('GROUPS_REFUSED', { address: file, reason }, { cause })
    }
  }

  return {
    kind: 'file',
    address: file,
    async membershipOf(subject) {
      const people = await read()
      return (Object.hasOwn(people, subject) ? people[subject] : undefined) ?? null
    },
    async probe() {
      return `${Object.keys(await read()).length} people`
    },
  }
}
