import { openChannel } from '../../adapters/chat/index.ts'
import { readSecret } from '../../adapters/files/read-secret.ts'
import type { Probe, ProbeInput } from './probe.ts'

/** One line per channel, with the right secret; nothing is posted. */
export const chatProbes = ({ settings }: ProbeInput): Probe[] =>
  Object.keys(settings.chat).flatMap((name) => {
    const channel = openChannel(name, settings, readSecret)
    if (channel === null) return []
    const run = async () => ({ version: null, note: await channel.probe() })
    return [{ name: `chat ${name}`, address: channel.address, run }]
  })
