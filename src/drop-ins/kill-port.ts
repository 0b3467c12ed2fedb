/**
 * The interface of the package kill-port, over our own stopping: `import killPort from 'portolan/kill-port'`.
 *
 * Different from it: only who listens on the port is ended, never a client; SIGTERM comes first, SIGKILL after 5 s; a unit
 * or container that would start the process again is stopped instead; the process that calls, and what it was started
 * from, are never ended; and it resolves only once the port is free.
 */
import { parsePort } from '../model/port.ts'
import { openOS } from '../os/open.ts'
import { type StopResult, stopPort } from '../tools/stop/stop.ts'

/**
 * `killPort(3000)`, `killPort(53, 'udp')`. Rejects with kill-port's `No process running on port` where nobody holds it,
 * and with an error that names the holder where it is not free afterwards. Throws `E_PORT_SYNTAX` and `E_PORT_ZERO`.
 */
export default async function killPort(
  port: number | string,
  method: 'tcp' | 'udp' = 'tcp',
): Promise<StopResult> {
  const number = parsePort(String(port))
  const os = await openOS()
  try {
    const result = await stopPort(os, `${method}/${number}`, { kill: true })
    if (result.verdict === 'nobody') throw new Error('No process running on port')
    if (result.verdict === 'freed') return result
    const [holder] = result.successors
    const who =
      holder === undefined ? 'somebody' : `${holder.name}${holder.pid === null ? '' : ` (pid ${holder.pid})`}`
    const why = result.plan.findings[0]?.says
    throw new Error(
      `port ${number} is ${result.verdict === 'held' ? 'still held' : 'taken over'} by ${who}${why === undefined ? '' : `: ${why}`}`,
    )
  } finally {
    await os.close()
  }
}
