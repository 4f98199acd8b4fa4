/**
 * Writes the histories of a looser policy that is asked for and comes into force to test/workflows/replay/*.json:
 * `DRIFTGATE_SERVERS=FILE node scripts/record-policy-histories.ts`, as record-gate-histories.ts does for the rest.
 */
import { workflowId } from '../contracts/messages.ts'
import { policyWorld, withApproval } from '../test/support/policy-world.ts'
import { record } from './recorded-history.ts'

const world = await policyWorld()
try {
  const { client, prefix } = world.gate.environment
  await world.gate.open()
  await world.apply(withApproval({ required: 1 }))
  await world.opened('m/2')
  await world.say('approver', 'm/2')
  await world.say('other-approver', 'm/2')
  await world.ended('m/2')
  const release = workflowId.release(prefix, 'm/2')
  await client.workflow.getHandle(release).result()
  // The one that waited was told to look again, and is asked anew.
  await record('release-6', release)
  await world.apply(withApproval({ required: 1, expiry: '30d' }))
  await world.opened('m/3')
  await record('release-8', workflowId.release(prefix, 'm/3'))
  await record('steward-2', workflowId.steward(prefix, 'm'))
} finally {
  await world.close()
}
