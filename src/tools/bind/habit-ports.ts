/** Ports that somebody expects something at, or that a browser refuses: no choice for a program that doesn't care. */
import type { Port } from '../../model/port.ts'
import { PortSet } from '../../model/port-set.ts'
import { habits } from '../../model/registry/registry.ts'

/** "Bad ports" from 1024 on: no browser fetches from them (Fetch Standard, section 2.9, port blocking). */
const BLOCKED_BY_BROWSERS = [
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10080,
]

let made: PortSet | undefined

export function habitPorts(): PortSet {
  made ??= PortSet.of(...habits().map(({ port }) => port), ...(BLOCKED_BY_BROWSERS as Port[]))
  return made
}
