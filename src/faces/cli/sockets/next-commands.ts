/** The commands worth typing after an explanation. */
import { parseAddress } from '../../../model/address.ts'
import { formatEndpointSpec } from '../../../model/endpoint.ts'
import { type Explanation, localAddress, type NextStep, nextSteps } from '../../../tools/sockets/sockets.ts'

export function nextCommands({ asked, table, listeners }: Explanation): Promise<readonly NextStep[]> {
  const again = ['ports', formatEndpointSpec(asked)]
  const hidden = [...table.rows].some(row => table.facts.noOwner(row) === 'denied')
  const ownersHidden = hidden && table.coverage?.privileged !== true
  const [listener] = listeners
  if (listener === undefined) return nextSteps({ port: asked.port, listener: null, ownersHidden, again })
  const row = listener.rows[0]!
  const processes = listener.pids.map(pid => table.facts.process(pid)).filter(one => one !== null)
  const host =
    asked.host === undefined
      ? localAddress(table.columns, row)
      : addressOr(asked.host, localAddress(table.columns, row))
  const { unit, container } = processes[0] ?? table.facts.group(row) ?? {}
  return nextSteps({
    port: asked.port,
    ownersHidden,
    again,
    listener: {
      protocol: listener.protocol,
      address: host,
      programs: processes.map(one => one.name),
      ...(unit === undefined ? {} : { unit }),
      ...(container === undefined ? {} : { container }),
    },
  })
}

function addressOr(
  text: string,
  otherwise: ReturnType<typeof localAddress>,
): ReturnType<typeof localAddress> {
  return /^[\d.]+$|:/.test(text) ? parseAddress(text) : otherwise
}
