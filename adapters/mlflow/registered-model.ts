import { z } from 'zod'
import type { MlflowClient } from './client.ts'
import { orNull, orRejected } from './rejected.ts'

const answer = z.object({
  registered_model: z.object({
    aliases: z.array(z.object({ alias: z.string(), version: z.string() })).default([]),
    tags: z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]),
  }),
})

export interface RegisteredModel {
  readonly aliases: ReadonlyMap<string, string>
  readonly tags: ReadonlyMap<string, string>
}

/** Aliases and tags of a model in one look; empty where there is no such model. */
export async function readRegisteredModel(
  client: MlflowClient,
  name: string,
): Promise<RegisteredModel> {
  const found = await orRejected(`reading aliases and tags of ${name}`, () =>
    orNull(['RESOURCE_DOES_NOT_EXIST'], () => client.get('registered-models/get', { name })),
  )
  const { aliases, tags } =
    found === null ? { aliases: [], tags: [] } : answer.parse(found).registered_model
  return {
    aliases: new Map(aliases.map(({ alias, version }) => [alias, version])),
    tags: new Map(tags.map(({ key, value }) => [key, value])),
  }
}

/** Writes a tag of the model itself; null takes it away, also when it is not there. */
export async function writeModelTag(
  client: MlflowClient,
  name: string,
  key: string,
  value: string | null,
): Promise<void> {
  await orRejected(`${value === null ? 'taking away' : 'setting'} tag ${key} of ${name}`, () =>
    value === null
      ? client.remove('registered-models/delete-tag', { name, key })
      : client.post('registered-models/set-tag', { name, key, value }),
  )
}

/** REGISTRY_REJECTED where there is no such version. */
export async function requireVersion(
  client: MlflowClient,
  name: string,
  version: string,
): Promise<void> {
  await orRejected(`finding version ${version} of ${name}`, () =>
    client.get('model-versions/get', { name, version }),
  )
}
