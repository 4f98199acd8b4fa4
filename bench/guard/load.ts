import { Agent, request } from 'node:http'

export interface Load {
  readonly requests: number
  readonly wallSeconds: number
  /** Milliseconds of every request. */
  readonly took: readonly number[]
}

/**
 * Asks one address for so many seconds over so many connections, each asking again once it is answered. Throws Error at
 * any answer but 200.
 */
export async function load(
  url: string,
  body: Buffer,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const took: number[] = []
  const began = performance.now()
  const end = began + seconds * 1_000
  const askAgain = async () => {
    while (performance.now() < end) {
      const asked = performance.now()
      await ask(url, body, agent)
      took.push(performance.now() - asked)
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, askAgain))
    return { requests: took.length, wallSeconds: (performance.now() - began) / 1_000, took }
  } finally {
    agent.destroy()
  }
}

const ask = (url: string, body: Buffer, agent: Agent): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.byteLength }
    const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`${url}: ${answer.statusCode}`))
      answer.resume().on('end', resolve).on('error', reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
