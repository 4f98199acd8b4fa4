import { dirname } from 'node:path'
import { signalCommand } from '../../cli/signal-command.ts'
import { tokenAnswer } from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import {
  type Outcome,
  outcomeSchema,
  type ReleaseView,
  releaseViewSchema,
} from '../../contracts/release.ts'
import { pressInChat } from './chat.ts'
import { until } from './patience.ts'
import type { DemoView } from './view.ts'
import { applySettings, type DemoWorld, type PersonName } from './world.ts'

export interface GateScene {
  readonly world: DemoWorld
  readonly release: string
  /** The demo's configuration, as a person names it from where commands are typed. */
  readonly config: string
  readonly view: DemoView
  readonly signal: AbortSignal
}

const pathOf = (release: string) => `releases/${release}`

export const showRelease = ({ world, release }: Pick<GateScene, 'world' | 'release'>) =>
  world.as.viewer.get(pathOf(release), releaseViewSchema)

/**
 * The gate shown at work before anybody decides: a person without the role, and an approver who answers what was
 * shown before the policy changed. Returns the release as it is asked for now.
 */
export async function tryTheGate(scene: GateScene): Promise<ReleaseView> {
  const { world, view } = scene
  const before = await showRelease(scene)
  view.release(before)
  view.answer({
    person: 'viewer',
    what: 'approves, without the role',
    ...(await answer(scene, 'viewer', before.evidenceDigest)),
  })
  const text = world.project.text.replace('expiry: 7d', 'expiry: 3d')
  const { version } = await applySettings(world, text)
  view.say(`meanwhile an operator tightens the policy, expiry 7d to 3d: configuration ${version}`)
  view.answer({
    person: 'approver',
    what: 'approves what was shown before that',
    ...(await answer(scene, 'approver', before.evidenceDigest)),
  })
  return showRelease(scene)
}

/** Three ways to answer; every line runs as it stands where the demo was started. */
export async function waysToAnswer(
  { world, release, config, view }: GateScene,
  shown: ReleaseView,
) {
  const { folder, settings, chat } = world.project
  const body = { answer: 'approve', digest: shown.evidenceDigest }
  const issued = await world.as.approver.send(
    'POST',
    `${pathOf(release)}/tokens`,
    body,
    tokenAnswer,
  )
  const place = { folder: dirname(folder), environment: process.env }
  view.ways({
    command: `driftgate approve ${release} --config ${config} --as approver --reason "the gain is real"`,
    signal: signalCommand(place, issued, 'the gain is real'),
    signalExpiresAt: issued.expiresAt,
    link: `${settings.gateway.url}/releases/${release}`,
    chat: chat && { page: chat.page, people: chat.people },
  })
}

/** Waits for people; after `approveAfterMs` whoever is needed approves what is shown. Returns how it ended. */
export async function awaitAnswer(
  scene: GateScene,
  approveAfterMs: number | null,
): Promise<ReleaseView> {
  const { view, signal, release } = scene
  const task = view.task(`release ${release}`)
  const opened = performance.now()
  let approved = approveAfterMs === null
  const patience = { signal, forMs: 8 * 86_400_000, everyMs: 500 }
  const ended = await until('an answer', patience, async () => {
    if (!approved && performance.now() - opened >= (approveAfterMs ?? 0)) {
      approved = true
      await answerUnattended(scene)
    }
    const shown = await showRelease(scene)
    task.say(shown.state === 'waiting' ? 'waits for a person' : shown.state)
    return shown.state === 'waiting' || shown.state === 'promoting' ? null : shown
  })
  task.end(`release ${release} ended: ${ended.state}`)
  return ended
}

async function answerUnattended(scene: GateScene): Promise<void> {
  const { view, world, signal } = scene
  const { evidenceDigest: digest } = await showRelease(scene)
  const { chat } = world.project
  if (chat === null) {
    const outcome = await answer(scene, 'approver', digest)
    return view.answer({ person: 'approver', what: 'approves, unattended', ...outcome })
  }
  for (const person of ['approver', 'other-approver']) {
    const { decisions: before } = await showRelease(scene)
    await pressInChat(chat, { person, digest, signal })
    const { outcome } = await until('an answer', { signal, forMs: 60_000 }, async () => {
      const { decisions } = await showRelease(scene)
      return decisions.find(({ seq }) => before.every((each) => each.seq !== seq)) ?? null
    })
    const sentence = 'the card in the chat says so, and the bot told them alone'
    view.answer({ person, what: 'presses ✅ in the chat, unattended', outcome, sentence })
  }
}

/** Somebody else presses the button after it is decided. */
export async function secondClick(
  scene: GateScene,
  { evidenceDigest }: ReleaseView,
): Promise<void> {
  scene.view.answer({
    person: 'other-approver',
    what: 'approves a moment later',
    ...(await answer(scene, 'other-approver', evidenceDigest)),
  })
}

/** A refusal is an answer too. */
async function answer(
  { world, release }: GateScene,
  person: PersonName,
  digest: string,
): Promise<Pick<Outcome, 'sentence'> & { outcome: string }> {
  const body = { answer: 'approve', digest, reason: 'tried in the demo' }
  try {
    return await world.as[person].send('POST', `${pathOf(release)}/decisions`, body, outcomeSchema)
  } catch (error) {
    if (!(error instanceof DriftgateError) || error.entry.retryable) throw error
    return { outcome: error.code, sentence: error.message }
  }
}
