import { z } from 'zod'
import type { MlflowClient } from './client.ts'
import { orNull, orRejected } from './rejected.ts'

const aliasAnswer = z.object({ model_version: z.object({ version: z.string() }) })

/**
 * The version an alias names; null where model or alias does not exist. (MLflow answers a missing
 * alias with INVALID_PARAMETER_VALUE and a missing model with RESOURCE_DOES_NOT_EXIST.)
 */
export async function readAlias(
  client: MlflowClient,
  name: string,
  alias: string,
): Promise<string | null> {
  const answer = await orRejected(`reading alias ${alias} of ${name}`, () =>
    orNull(['INVALID_PARAMETER_VALUE', 'RESOURCE_DOES_NOT_EXIST'], () =>
      client.get('registered-models/alias', { name, alias }),
    ),
  )
  return answer === null ? null : aliasAnswer.parse(answer).model_version.version
}

export async function writeAlias(
  client: MlflowClient,
  name: string,
  alias: string,
  version: string,
): Promise<void> {
  await orRejected(`setting alias ${alias} of ${name} to version ${version}`, () =>
    client.post('registered-models/alias', { name, alias, version }),
  )
}

/** Repeated, and where another version is named by then, it does nothing. */
export async function deleteAlias(
  client: MlflowClient,
  name: string,
  alias: string,
  version: string,
): Promise<void> {
  if ((await readAlias(client, name, alias)) !== version) return
  await orRejected(`taking alias ${alias} from version ${version} of ${name}`, () =>
    orNull(['INVALID_PARAMETER_VALUE', 'RESOURCE_DOES_NOT_EXIST'], () =>
      client.remove('registered-models/alias', { name, alias }),
    ),
  )
}
