import {
  allHandlersFinished,
  CancellationScope,
  condition,
  defineUpdate,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { DrillInput, DrillState } from '../contracts/drill.ts'
import { messageNames } from '../contracts/messages.ts'
import type { DecisionMessage, Outcome } from '../contracts/release.ts'
import { drillOutcome } from '../policies/drill.ts'
import { drillActs, stationActs } from './activities.ts'
import { refuseMalformed } from './answer-message.ts'
import { drillGate } from './drill-gate.ts'
import { type DrillWalk, type Seen, walkStation } from './drill-station.ts'
import { trainForDrill } from './drill-training.ts'
import { failureOf } from './failure.ts'
import { showPhase } from './phase.ts'

const decideUpdate = defineUpdate<Outcome, [DecisionMessage]>(messageNames.decide)

/** Walks the way of a release with the champion itself, to prove that one would go through today. No traffic changes. */
export async function drill(input: DrillInput): Promise<{ drill: string; state: DrillState }> {
  const { model, prefix } = input
  const { runId, workflowId } = workflowInfo()
  const gate = drillGate(prefix)
  setHandler(decideUpdate, gate.answer, { validator: refuseMalformed })
  const begun = await drillActs(prefix).beginDrill({
    ...{ model, workflowId, asked: input.asked ?? runId },
    requestedBy: input.requestedBy ?? 'rule:schedule',
  })
  const walk: DrillWalk = { ...begun, model, prefix, stations: [] }
  try {
    await walkAll(walk, gate)
  } finally {
    // Also of one that was broken off, which then is no proof.
    await CancellationScope.nonCancellable(() => end(walk))
  }
  await condition(allHandlersFinished, begun.patience)
  return { drill: begun.drill, state: drillOutcome(walk.stations) }
}

async function walkAll(walk: DrillWalk, gate: ReturnType<typeof drillGate>): Promise<void> {
  const { drill: name, prefix, patience, hasChannel, hasIdentity } = walk
  const { training, cards, answers, rollout } = stationActs(prefix, patience)

  const trained = await walkStation(walk, 'train', () => trainForDrill(walk))
  let digest: string | null = null
  await walkStation(walk, 'register', async (): Promise<Seen> => {
    if (!trained) return { state: 'not-reached', sentence: 'nothing was trained' }
    const made = await training.registerDrill({ drill: name })
    digest = made.digest
    const sentence = `version ${made.version} of ${made.registered} gives back what was trained`
    return { state: 'passed', sentence }
  })
  // People can be reached, or not, whatever became of the training.
  gate.open(name, digest ?? (await drillActs(prefix).bindDrill({ drill: name })).digest)
  await walkStation(walk, 'card', async (): Promise<Seen> => {
    if (!hasChannel) return { state: 'not-configured', sentence: 'no drill.channel is configured' }
    await cards.showCards({ kind: 'drill', id: name })
    return { state: 'passed', sentence: 'the channel of drills shows the card' }
  })
  await walkStation(walk, 'answer', async (): Promise<Seen> => {
    if (!hasIdentity)
      return { state: 'not-configured', sentence: 'no drill.identity is configured' }
    const { by } = await gate.decidedBy(() => answers.answerDrill({ drill: name }))
    return { state: 'passed', sentence: `the answer of ${by} was signed, checked and counted` }
  })
  await walkStation(walk, 'rollout', async (): Promise<Seen> => {
    const { champion, wayBack } = await rollout.rehearseRollout({ drill: name })
    const back =
      wayBack === null ? 'no other version has served yet' : `so does version ${wayBack} before it`
    const sentence = `version ${champion} serves and loads, ${back}; the target takes changes, and none was made`
    return { state: 'passed', sentence }
  })
}

/** The end is on record and on the card. */
async function end({ drill: name, prefix, model, ...walk }: DrillWalk): Promise<void> {
  const state = drillOutcome(walk.stations)
  await drillActs(prefix).endDrill({ drill: name, state })
  showPhase(model, state)
  if (!walk.hasChannel) return
  try {
    await stationActs(prefix, walk.patience).cards.showCards({ kind: 'drill', id: name })
  } catch (error) {
    // The next round of repairs shows it.
    const failure = failureOf(error)
    if (failure === null) throw error
    log.warn('the end is not shown yet', { ...failure })
  }
}
