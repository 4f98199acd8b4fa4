import { type Drill, drillAnswer } from '../contracts/drill.ts'
import { drillInWords, stationInWords, stationUnderWay } from '../reports/drill-words.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import { startProgress } from './progress.ts'
import { untilEnded } from './until-ended.ts'

export const drill: Command = {
  name: 'drill',
  summary: 'rehearse a release of a model, and say at which station one would fail today',
  description:
    'Walks the way of a release with the champion itself: trains on a few rows, registers under a name of drills, shows a card marked as drill, has it answered by an identity of its own, and sets the traffic that is there already. No traffic moves, and nothing counts in a retraining budget. Exit code 0: every station passed.',
  arguments: [{ name: '<model>', summary: 'a model with a section drill' }],
  examples: ['driftgate drill car-loan', 'driftgate drill car-loan --output json'],
  async run(context) {
    const gateway = await openGateway(context)
    const path = `models/${encodeURIComponent(context.arguments['model']!)}/drills`
    const started = await gateway.send('POST', path, {}, drillAnswer)
    const progress = startProgress(context.terminal, started.drill.drill)
    const { drill: ended } = await untilEnded(
      context,
      progress,
      going(started.drill),
      async () => going((await gateway.get(`${path}/${started.drill.n}`, drillAnswer)).drill),
      ({ drill: now }) => stationUnderWay(now.stations) ?? 'ending',
    )
    progress.end(`${ended.drill}: ${drillInWords(ended)}`)
    show(context, { schema: 'driftgate-drill/1', drill: ended }, () => describeDrill(ended))
    return exit(ended.state === 'ready' ? 'done' : 'failed')
  },
}

const going = (now: Drill) => ({ state: now.state, reason: null, drill: now })

/** A line for each station, and under one that failed what to do. */
export const describeDrill = ({ stations }: Drill): string =>
  stations
    .flatMap((each) => [
      stationInWords(each),
      ...(each.help === null ? [] : [`   = help: ${each.help}`]),
    ])
    .join('\n')
