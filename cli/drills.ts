import { type DrillsAnswer, drillsAnswer } from '../contracts/drill.ts'
import { drillInWords, provenInWords, stateOfDrill } from '../reports/drill-words.ts'
import { instant } from '../reports/numbers.ts'
import { stateLabel } from '../reports/vocabulary.ts'
import type { Command } from './command.ts'
import { describeDrill } from './drill.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { columns, show } from './output.ts'
import type { Terminal } from './terminal.ts'

export const drills: Command = {
  name: 'drills',
  summary: 'drills of a model, and when its delivery was last proven ready',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [{ flags: '--limit <n>', summary: 'so many, the newest (20 unless said)' }],
  examples: ['driftgate drills car-loan', 'driftgate drills car-loan --limit 100 --output json'],
  async run(context) {
    const gateway = await openGateway(context)
    const { limit } = context.options
    const query = limit === undefined ? '' : `?limit=${encodeURIComponent(String(limit))}`
    const path = `models/${encodeURIComponent(context.arguments['model']!)}/drills${query}`
    const answer = await gateway.get(path, drillsAnswer)
    show(context, answer, () => describe(answer, context.terminal))
    return exit('done')
  },
}

function describe({ readiness, drills: all }: DrillsAnswer, terminal: Terminal): string {
  const [last] = all
  return [
    readiness === null ? 'no drill is configured' : provenInWords(readiness),
    ...(readiness?.trouble ? [readiness.trouble] : []),
    ...(all.length === 0
      ? []
      : [
          '',
          columns(
            all.map((each) => [
              stateLabel(stateOfDrill[each.state], terminal),
              each.drill,
              instant(each.startedAt),
              each.requestedBy,
              drillInWords(each),
            ]),
          ),
        ]),
    ...(last && last.stations.length > 0 ? ['', `${last.drill}:`, describeDrill(last)] : []),
  ].join('\n')
}
