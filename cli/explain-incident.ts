import { DriftgateError } from '../contracts/errors.ts'
import { incidentWhyAnswer } from '../contracts/why.ts'
import { incidentTitle } from '../reports/incident-card.ts'
import { knownBy } from '../reports/incident-words.ts'
import { whyPage } from '../reports/why-page.ts'
import { incidentWhyText } from '../reports/why-text.ts'
import { windowsOf } from '../reports/why-words.ts'
import type { CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import type { GatewayClient } from './gateway-client.ts'
import { show } from './output.ts'
import { writeHtml } from './write-page.ts'

/** Why an incident is open, by its latest window and the latest of it that labels have judged. */
export async function explainIncident(
  context: CommandContext,
  gateway: GatewayClient,
  id: string,
): Promise<number> {
  if (id.split('/').length !== 3) {
    throw new DriftgateError('USAGE', {
      reason: `"${id}" is neither a model nor the id of an incident`,
      fix: 'driftgate incidents shows the ids',
    })
  }
  const [model, kind, start] = id.split('/').map(encodeURIComponent)
  const path = `models/${model}/incidents/${kind}/${start}/why`
  const answer = await gateway.get(path, incidentWhyAnswer)
  const { incident } = answer
  const known = knownBy(incident)
  const head = [...(known === null ? [] : [known]), incident.headline]
  await writeHtml(context, async () => whyPage(incidentTitle(incident), head, windowsOf(answer)))
  show(context, answer, () =>
    incidentWhyText([incidentTitle(incident), ...head], answer, context.terminal),
  )
  return exit('done')
}
