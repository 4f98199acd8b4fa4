import { setTimeout as sleep } from 'node:timers/promises'
import type { Person } from '../../../adapters/identity/index.ts'
import { roundMs } from '../persist.ts'
import type { GateHouse } from './house.ts'
import { bearerOf } from './said-person.ts'

export interface Asked {
  readonly person: Person
  /** Below `/v1/`. */
  readonly path: string
  readonly body: object
  /** Which gateway is asked first. */
  readonly first: number
}

/** Again and again, one gateway after the other, until one answers; null: refused. */
export async function askGateways<T>(
  { gateways }: GateHouse,
  { person, path, body, first }: Asked,
): Promise<T | null> {
  const init = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${bearerOf(person)}`,
    },
    body: JSON.stringify(body),
  }
  for (let attempt = 0; attempt * 100 < roundMs; attempt++) {
    const { url } = gateways[(first + attempt) % gateways.length]!
    const answered = await fetch(`${url}/v1/${path}`, {
      ...init,
      signal: AbortSignal.timeout(8_000),
    }).then(
      async (response) => ({ status: response.status, body: await response.json() }),
      () => null,
    )
    if (answered?.status === 200) return answered.body as T
    if (answered && answered.status < 500 && answered.status !== 429) return null
    await sleep(100)
  }
  throw new Error(`nobody answered ${person.name}`)
}
