import { meAnswer, signInAnswer } from '../contracts/api.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { gatewayClient, gatewayUrl } from './gateway-client.ts'
import { show } from './output.ts'
import { writeSession } from './session.ts'

export const login: Command = {
  name: 'login',
  summary: 'sign in, for the commands that follow',
  description:
    'Shows an address and a code: open it in any browser and sign in there. With --as, the local identity server signs in a ready-made person without a browser (viewer, approver, other-approver, operator, eraser); no other identity provider does that. Several people may be signed in; the last one is used unless a command says --as.',
  options: [
    { flags: '--as <person>', summary: 'a ready-made person of the local identity server' },
  ],
  examples: ['driftgate login', 'driftgate login --as approver --output json'],
  async run(context) {
    const gateway = await gatewayUrl(context)
    const server = await gatewayClient(gateway, null, context.signal).get('sign-in', signInAnswer)
    const { signInByDevice, signInLocally } = await import('./sign-in.ts')
    const person = context.options['as']
    const { accessToken, expiresIn } =
      typeof person === 'string'
        ? await signInLocally(server, person)
        : await signInByDevice(context, server)
    // The gateway says who that is: a token that it refuses is worth nothing.
    const me = await gatewayClient(gateway, accessToken, context.signal).get('me', meAnswer)
    const expiresAt = Date.now() + expiresIn * 1000
    const { subject, name, roles } = me
    writeSession(context, { gateway, accessToken, expiresAt, subject, name })
    const result = { ...me, schema: 'driftgate-login/1' as const, gateway, expiresAt }
    show(context, result, () => `signed in as ${name} (${roles.join(', ') || 'no role'})`)
    return exit('done')
  },
}
