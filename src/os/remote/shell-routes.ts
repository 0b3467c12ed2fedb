/** Addresses, routes and the way to an address, by ip(8) on the other machine. */
import { type Known, unknown } from '../../model/known.ts'
import type { RoutingTables } from '../../model/route.ts'
import { decodeIpAddresses, decodeIpListings, decodeRouteGet } from '../../wire/ip-json/ip-json.ts'
import type { InterfaceAddress, RouteAnswer, RouteQuestion } from '../os.ts'
import { IP_LISTINGS } from './shell-script.ts'
import type { ShellTalk } from './shell-talk.ts'

/** Null where ip isn't there, or is of another kind. */
export async function readAddresses(talk: ShellTalk): Promise<readonly InterfaceAddress[] | null> {
  const { out, status } = await talk.ask('run', 'ip -N -j addr show'.split(' '))
  return status === 0 ? decodeIpAddresses(out.join('\n')) : null
}

export async function readRoutes(talk: ShellTalk): Promise<Known<RoutingTables>> {
  const listed: string[] = []
  for (const line of IP_LISTINGS) {
    const { out, status } = await talk.ask('run', line.split(' '))
    // Without IPv6 there is neither table nor rule of it.
    if (status !== 0 && !line.includes(' -6 ')) return unknown('unsupported')
    listed.push(status === 0 ? out.join('\n') : '')
  }
  const [links = '', v4 = '', v6 = '', rules4 = '', rules6 = '', neighbours = ''] = listed
  const routes = { ipv4: v4, ipv6: v6 }
  return decodeIpListings({ links, routes, rules: { ipv4: rules4, ipv6: rules6 }, neighbours })
}

export async function routeTo(talk: ShellTalk, question: RouteQuestion): Promise<Known<RouteAnswer>> {
  const { to, source, device, mark } = question
  const words = [
    ...['ip', '-N', '-d', '-j', 'route', 'get', to],
    ...(source === undefined ? [] : ['from', source]),
    ...(device === undefined ? [] : ['oif', device]),
    ...(mark === undefined ? [] : ['mark', String(mark)]),
  ]
  if (words.some(word => !/^[\w.:%@-]+$/.test(word))) return unknown('unsupported')
  const { out, status, err } = await talk.ask('run', words)
  return status === 'missing' ? unknown('unsupported') : decodeRouteGet(out.join('\n'), err)
}
