import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly body: unknown
}

/** Answers of the gateway as recorded shapes: `METHOD /v1/path` to status and body, one after the other. */
export type Answers = Readonly<Record<string, readonly [number, unknown][]>>

/** An HTTP server on a free port that answers what it is told and remembers what it was asked. */
export async function serveAnswers(answers: Answers, at = 0) {
  const asked: Asked[] = []
  const turns = new Map<string, number>()
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const key = `${request.method} ${request.url}`
    const path = request.url ?? ''
    asked.push({
      method: request.method ?? '',
      path,
      authorization: request.headers.authorization,
      body: text === '' ? null : JSON.parse(text),
    })
    const turn = turns.get(key) ?? 0
    turns.set(key, turn + 1)
    const list = answers[key] ?? []
    const [status, body] = list[Math.min(turn, list.length - 1)] ?? [500, { unexpected: key }]
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
