import { z } from 'zod'
import { type MlflowClient, MlflowRefusal } from '../mlflow/client.ts'
import { orNull, orRejected } from '../mlflow/rejected.ts'

const versionSchema = z.object({
  version: z.string(),
  source: z.string(),
  run_id: z.string().default(''),
  aliases: z.array(z.string()).default([]),
  tags: z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]),
})
const oneVersion = z.object({ model_version: versionSchema })
const manyVersions = z.object({ model_versions: z.array(versionSchema).default([]) })

/** Versions that carry a tag, oldest first. */
export async function searchVersions(
  client: MlflowClient,
  name: string,
  tag: string,
  value: string,
): Promise<string[]> {
  const answer = await client.get('model-versions/search', {
    filter: `name='${name}' and tags.\`${tag}\` = '${value}'`,
    max_results: '100',
  })
  return manyVersions
    .parse(answer)
    .model_versions.map(({ version }) => version)
    .sort((left, right) => Number(left) - Number(right))
}

export interface MlflowVersion {
  readonly source: string
  readonly run_id: string
  readonly aliases: readonly string[]
  readonly tags: Readonly<Record<string, string>>
}

/** Null where model or version does not exist. */
export async function readVersion(
  client: MlflowClient,
  name: string,
  version: string,
): Promise<MlflowVersion | null> {
  const answer = await orRejected(`reading version ${version} of ${name}`, () =>
    orNull(['RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'], () =>
      client.get('model-versions/get', { name, version }),
    ),
  )
  if (answer === null) return null
  const { tags, ...found } = oneVersion.parse(answer).model_version
  return { ...found, tags: Object.fromEntries(tags.map((tag) => [tag.key, tag.value])) }
}

/** Artefact address of a version. */
export async function sourceOf(
  client: MlflowClient,
  name: string,
  version: string,
): Promise<string> {
  const found = await readVersion(client, name, version)
  if (found === null) {
    throw new MlflowRefusal('RESOURCE_DOES_NOT_EXIST', 404, `no version ${version} of ${name}`)
  }
  return found.source
}

/** With its run; the bytes go when `mlflow gc` is run. MLflow itself would drop the aliases of a version silently. */
export async function dropVersion(
  client: MlflowClient,
  name: string,
  version: string,
): Promise<void> {
  const found = await readVersion(client, name, version)
  if (found === null) return
  await orRejected(`taking version ${version} out of ${name}`, async () => {
    const [alias] = found.aliases
    if (alias !== undefined) throw new MlflowRefusal('ALIAS', 409, `the alias ${alias} names it`)
    await orNull(['RESOURCE_DOES_NOT_EXIST'], () =>
      client.remove('model-versions/delete', { name, version }),
    )
    if (found.run_id === '') return
    await orNull(['RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'], () =>
      client.post('runs/delete', { run_id: found.run_id }),
    )
  })
}
