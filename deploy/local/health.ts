import { connect } from 'node:net'

/** True once something accepts connections there. */
export function portAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(1_000, () => settle(false))
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
  })
}

/** True when a GET is answered with a status that `accept` takes (any below 400 by default). */
export async function httpAnswers(
  url: string,
  accept: (status: number, body: string) => boolean = (status) => status < 400,
): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
  return accept(response.status, await response.text())
}
