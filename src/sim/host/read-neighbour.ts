/** `192.0.2.9 lladdr 02:00:00:00:00:09 dev eth0`: a neighbour that is set by hand, in the words of ip-neighbour(8). */
import { isAddress, parseAddress } from '../../model/address.ts'
import { refused } from './refused.ts'

const HARDWARE = /^(?:[\da-f]{2}:){5}[\da-f]{2}$/i

/** `eth0 192.0.2.9`, and its hardware address. Throws `E_SIM_NETWORK`, which shows the text. */
export function readNeighbour(
  text: string,
  host: string,
  devices: ReadonlyMap<string, unknown>,
): readonly [key: string, hardware: string] {
  const [, address = '', hardware = '', device = ''] =
    /^(\S+) lladdr (\S+) dev (\S+)$/.exec(text.trim()) ?? []
  const wrong = (why: string) => refused(`host ${host}: the neighbour "${text}": ${why}`)
  if (!isAddress(address)) throw wrong('write "192.0.2.9 lladdr 02:00:00:00:00:09 dev eth0"')
  if (!HARDWARE.test(hardware)) throw wrong(`"${hardware}" is no hardware address like 02:00:00:00:00:09`)
  if (!devices.has(device)) throw wrong(`there is no device ${device}`)
  return [`${device} ${parseAddress(address)}`, hardware.toLowerCase()]
}
