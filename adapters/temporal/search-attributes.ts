import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import { DriftgateError } from '../../contracts/errors.ts'
import { searchAttributes } from '../../contracts/messages.ts'

/** Numbers of temporal.api.enums.v1.IndexedValueType. */
const types = { Text: 1, Keyword: 2, Int: 3, Double: 4, Bool: 5, Datetime: 6 } as const
type TypeName = keyof typeof types

/**
 * Makes the search attributes known to the server, and returns once it lists them. Without it every
 * workflow that sets one hangs in silence, so workers call it before they start. Repeated, it changes
 * nothing. SEARCH_ATTRIBUTE_CONFLICT where one has another type.
 */
export async function registerSearchAttributes(client: Client): Promise<void> {
  const namespace = client.options.namespace
  const { operatorService } = client.connection as unknown as OperatorConnection
  for (let attempt = 0; ; attempt++) {
    const { customAttributes = {} } = await operatorService.listSearchAttributes({ namespace })
    const missing = missingAmong(customAttributes)
    if (Object.keys(missing).length === 0) return
    // Two workers may start at once: the loser's "already exists" is settled by the next look.
    await operatorService
      .addSearchAttributes({ namespace, searchAttributes: missing })
      .catch((error: unknown) => {
        if (attempt >= 20) throw error
      })
    await sleep(Math.min(50 * 2 ** attempt, 1_000))
  }
}

function missingAmong(found: Record<string, number>): Record<string, number> {
  const missing: Record<string, number> = {}
  for (const [name, wanted] of Object.entries(searchAttributes) as [string, TypeName][]) {
    const present = found[name]
    if (present === undefined) missing[name] = types[wanted]
    else if (present !== types[wanted]) {
      const label = Object.entries(types).find(([, number]) => number === present)?.[0] ?? 'unknown'
      throw new DriftgateError('SEARCH_ATTRIBUTE_CONFLICT', { name, found: label, wanted })
    }
  }
  return missing
}

/** The part of the operator service that is used; its generated types are not exported by the client. */
interface OperatorConnection {
  readonly operatorService: {
    listSearchAttributes(input: { namespace: string }): Promise<{
      customAttributes?: Record<string, number>
    }>
    addSearchAttributes(input: {
      namespace: string
      searchAttributes: Record<string, number>
    }): Promise<unknown>
  }
}
