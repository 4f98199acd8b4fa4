import { Agent, request } from 'node:http'

/**
 * Asks each address in turn, one request after the other, for so many seconds: whatever else the machine does falls on all
 * of them. Returns the milliseconds of every request, by address. Throws Error at any answer but 200.
 */
export async function inTurn(
  urls: readonly string[],
  body: Buffer,
  seconds: number,
): Promise<number[][]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const took: number[][] = urls.map(() => [])
  const end = performance.now() + seconds * 1_000
  try {
    while (performance.now() < end) {
      for (const [i, url] of urls.entries()) {
        const asked = performance.now()
        await ask(url, body, agent)
        took[i]?.push(performance.now() - asked)
      }
    }
    return took
  } finally {
    agent.destroy()
  }
}

/**
 * Asks one address for so many seconds over so many connections, each asking again once it is answered. Returns how many
 * requests, and in how many seconds. Throws Error at any answer but 200.
 */
export async function atOnce(
  url: string,
  body: Buffer,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<{ requests: number; wallSeconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let requests = 0
  const began = performance.now()
  const end = began + seconds * 1_000
  const askAgain = async () => {
    while (performance.now() < end) {
      await ask(url, body, agent)
      requests++
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, askAgain))
    return { requests, wallSeconds: (performance.now() - began) / 1_000 }
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
