import type { LogClientName } from '../adapters/kafka/log-clients.ts'
import type { Scanned } from './scan-memory.ts'
import { wholeScan } from './whole-scan.ts'

const [broker = '', postgres = '', topic = '', records = '', times = '', client = ''] =
  process.argv.slice(2)
for (let i = 0; i < Number(times); i++) {
  let most = 0
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss())
  }
  const timer = setInterval(look, 50)
  await wholeScan(broker, postgres, topic, Number(records), {
    client: client as LogClientName,
  })
  look()
  clearInterval(timer)
  process.send?.({ most } satisfies Scanned)
}
process.disconnect()
