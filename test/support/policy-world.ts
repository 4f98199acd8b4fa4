import { currentConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { findPolicy } from '../../adapters/postgres/gate-policies.ts'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { workflowId } from '../../contracts/messages.ts'
import type { Answer } from '../../contracts/release.ts'
import { type GateWorldOptions, until } from './gate-world.ts'
import { gatewayWorld } from './gateway-world.ts'

// biome-ignore lint/suspicious/noExplicitAny: a configuration as it was written
export type Written = any

/** `m` at its gate and a gateway to which configurations are applied. */
export async function policyWorld(options: GateWorldOptions = {}) {
  const world = await gatewayWorld({ approval: { required: 2 }, ...options })
  const { db, environment } = world.gate
  const asked = new Set<string>()

  async function apply(change: (written: Written) => unknown, more: object = {}) {
    const current = await currentConfigVersion(db)
    const written = JSON.parse(current!.text)
    const { m } = written.models
    // Nothing here has labels.
    if (m) m.retraining = { policy: 'never' }
    const text = JSON.stringify(change(written))
    const body = { file: 'driftgate.yaml', text, paused: true, ...more }
    const { status, body: answer } = await world.ask('operator', 'config', { method: 'PUT', body })
    if (status !== 200) throw new Error(JSON.stringify(answer))
    for (const { pending } of answer.gates ?? []) if (pending) asked.add(pending.release)
    return { answer }
  }

  return {
    ...world,
    db,
    apply,
    inForce: async (model = 'm') => (await findPolicy(db, model))!.rules,
    row: (release: string) => findRelease(db, release),
    /** The request has come to its gate. */
    async opened(release: string) {
      await until(async () => (await findRelease(db, release)) !== null)
      return (await findRelease(db, release))!
    },
    async ended(release: string) {
      await until(async () => (await findRelease(db, release))?.endedAt != null)
      return (await findRelease(db, release))!
    },
    /** On what is shown now. */
    async say(person: string, release: string, answer: Answer = 'approve', more: object = {}) {
      const digest = (await findRelease(db, release))!.evidenceDigest
      const body = { answer, digest, reason: 'seen', ...more }
      const path = `releases/${release}/decisions`
      return (await world.ask(person, path, { method: 'POST', body })).body
    },
    async close() {
      // Its schedules go with it.
      await apply(({ models: _, ...rest }) => ({ ...rest, models: {} }))
      for (const release of asked) {
        const id = workflowId.release(environment.prefix, release)
        await environment.client.workflow
          .getHandle(id)
          .terminate('the test is over')
          .catch(() => {})
      }
      await world.close()
    },
  }
}

/** Other settings of the gate of `m`. */
export const withApproval = (approval: object) => (written: Written) => {
  const { m } = written.models
  const models = { ...written.models, m: { ...m, approval: { ...m.approval, ...approval } } }
  return { ...written, models }
}
