/** The commands worth typing after an explanation. */
import { isAddress, parseAddress } from '../../../model/address.ts'
import { type EndpointSpec, formatEndpointSpec } from '../../../model/endpoint.ts'
import { type Explanation, localAddress, type NextStep, nextSteps } from '../../../tools/sockets/sockets.ts'

/** `netns`: what was given with --netns, so that the next question is asked in the same place. */
export function nextCommands(
  { asked, table, listeners }: Explanation,
  netns?: string,
): Promise<readonly NextStep[]> {
  const within = netns === undefined ? [] : ['--netns', netns]
  const again = ['ports', askedText(asked), ...within]
  const hidden = [...table.rows].some(row => table.facts.noOwner(row) === 'denied')
  const ownersHidden = hidden && table.coverage?.privileged !== true
  const shared = { port: asked.port, ownersHidden, again, within }
  const [listener] = listeners
  if (listener === undefined) return nextSteps({ ...shared, listener: null })
  const row = listener.rows[0]!
  const processes = listener.pids.map(pid => table.facts.process(pid)).filter(one => one !== null)
  const { host } = asked
  const { unit, container } = processes[0] ?? table.facts.group(row) ?? {}
  return nextSteps({
    ...shared,
    listener: {
      protocol: listener.protocol,
      address: host !== undefined && isAddress(host) ? parseAddress(host) : localAddress(table.columns, row),
      programs: processes.map(one => one.name),
      elsewhere: listener.netns !== table.own,
      ...(unit === undefined ? {} : { unit }),
      ...(container === undefined ? {} : { container }),
    },
  })
}

/** As short as a person types it: `3000`, `tcp/53`, `[::1]:80`. */
function askedText(asked: EndpointSpec): string {
  if (asked.host !== undefined) return formatEndpointSpec(asked)
  return asked.protocol === undefined ? String(asked.port) : `${asked.protocol}/${asked.port}`
}
