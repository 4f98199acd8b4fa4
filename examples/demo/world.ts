import type { Client } from '@temporalio/client'
import { Partitioners, type Producer } from 'kafkajs'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { temporalAccess } from '../../adapters/temporal/access.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import { type GatewayClient, gatewayClient } from '../../cli/gateway-client.ts'
import { writeSession } from '../../cli/session.ts'
import { signInLocally } from '../../cli/sign-in.ts'
import { meAnswer } from '../../contracts/api.ts'
import { applyAnswer } from '../../contracts/apply.ts'
import type { DemoProject } from './project.ts'

/** The ready-made people of the local identity server. */
export const people = ['viewer', 'operator', 'approver', 'other-approver'] as const
export type PersonName = (typeof people)[number]

/** What the story is told with: people who are signed in, and what brings traffic and asks for scans. */
export interface DemoWorld {
  readonly project: DemoProject
  readonly as: Readonly<Record<PersonName, GatewayClient>>
  readonly temporal: Client
  readonly labels: Pick<Producer, 'send'>
  close(): Promise<void>
}

/**
 * Signs everybody in, so that printed commands run as they stand, and opens what the demo itself speaks to.
 * @param folder where the commands will be typed.
 */
export async function openWorld(project: DemoProject, folder: string): Promise<DemoWorld> {
  const { settings } = project
  const { url: gateway, issuer, clientId } = settings.gateway
  const signIn = async (person: PersonName) => {
    const { accessToken, expiresIn } = await signInLocally({ issuer, clientId }, person)
    const client = gatewayClient(gateway, accessToken)
    const { subject, name } = await client.get('me', meAnswer)
    const expiresAt = Date.now() + expiresIn * 1000
    writeSession({ folder }, { gateway, accessToken, expiresAt, subject, name })
    return client
  }
  const [viewer, operator, otherApprover] = [
    await signIn('viewer'),
    await signIn('operator'),
    await signIn('other-approver'),
  ]
  // The last one is who a command speaks for when it names nobody.
  const approver = await signIn('approver')
  const temporal = await connectClient(temporalAccess(settings.temporal, readSecret), {
    forMs: 30_000,
  })
  const labels = kafkaClient(settings.kafka.brokers, 'driftgate-demo').producer({
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await labels.connect()
  return {
    project,
    as: { viewer, operator, approver, 'other-approver': otherApprover },
    temporal,
    labels,
    async close() {
      await labels.disconnect()
      await temporal.connection.close()
    },
  }
}

/** Puts a configuration in force. Schedules are paused: the replay asks them for each window itself. */
export const applySettings = (world: DemoWorld, text: string) =>
  world.as.operator.send(
    'PUT',
    'config',
    { file: world.project.config, text, paused: true },
    applyAnswer,
  )
