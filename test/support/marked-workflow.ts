import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  executeChild,
  proxyActivities,
  setHandler,
  upsertMemo,
} from '@temporalio/workflow'

/** What the test's activity is asked: it fails once, saying the mark, before it answers with it. */
interface MarkedActivities {
  say(input: { mark: string }): Promise<{ said: string }>
}

const { say } = proxyActivities<MarkedActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '100ms', maximumInterval: '500ms' },
})

/** Every place where Temporal keeps what it is told, with a mark in each: only for the test that looks for it. */
export async function marked({ mark }: { mark: string }): Promise<{ result: string }> {
  const told: string[] = []
  setHandler(defineSignal<[{ mark: string }]>('tell'), (message) => void told.push(message.mark))
  setHandler(defineQuery<string[]>('told'), () => told)
  setHandler(defineUpdate<string, [{ mark: string }]>('ask'), (message) => `heard ${message.mark}`)
  upsertMemo({ later: mark })
  const { said } = await say({ mark })
  await executeChild(markedChild, { args: [{ mark }] })
  await condition(() => told.length === 2)
  return { result: `${said} ${told.join(' ')}` }
}

export async function markedChild({ mark }: { mark: string }): Promise<{ mark: string }> {
  return { mark }
}

/** Ends in a failure whose message, details and cause hold the mark. */
export async function markedFailure({ mark }: { mark: string }): Promise<void> {
  try {
    await proxyActivities<MarkedActivities>({
      startToCloseTimeout: '30 seconds',
      retry: { maximumAttempts: 1 },
    }).say({ mark })
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error
    throw ApplicationFailure.create({
      type: 'MARKED',
      message: `it is ${mark}`,
      nonRetryable: true,
      details: [{ mark }],
      cause: error,
    })
  }
}
