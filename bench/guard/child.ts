import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { peopleServer } from '../../test/support/people-server.ts'

/**
 * What stands behind the guard, and what it is compared with, each a process of its own: `model` is the example's model
 * server, `proxy URL` passes on whatever comes without looking at it. Prints where it answers.
 */
const [role, upstream = ''] = process.argv.slice(2)
console.log(role === 'proxy' ? await proxy(new URL(upstream)) : (await peopleServer([])).url)

async function proxy({ hostname, port }: URL): Promise<string> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const server = createServer((asked, answer) => {
    const { method, url: path, headers } = asked
    const on = request({ hostname, port, path, method, headers, agent }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers)
      answered.pipe(answer)
    })
    on.on('error', () => answer.writeHead(502).end())
    asked.pipe(on)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
