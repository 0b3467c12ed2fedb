/**
 * The commands by which ufw and firewalld open and close a port, where one of them manages the machine: rules that are
 * put in behind their back would be gone at their next reload.
 */
import { familyOf } from '../../model/address.ts'
import type { Ruleset } from '../../model/filter/ruleset.ts'
import { prefixAddress } from '../../model/prefix.ts'
import { managersOf } from '../firewall/firewall.ts'
import type { PortRequest } from './port-change.ts'

export type PortManager = 'ufw' | 'firewalld'

/** Which of them made rules that are in force. */
export function managerOf(ruleset: Ruleset): PortManager | null {
  const found = new Set(managersOf(ruleset).map(({ name }) => name))
  return found.has('ufw') ? 'ufw' : found.has('firewalld') ? 'firewalld' : null
}

/** One argument list each, in the order in which they are run. `persist`: where the manager asks for it. */
export function managerCommands(
  manager: PortManager,
  request: PortRequest,
  persist: boolean,
): readonly (readonly string[])[] {
  if (manager === 'ufw') return [ufwCommand(request)]
  const commands = firewalldCommands(request).map(word => ['firewall-cmd', word])
  return persist ? commands.flatMap(one => [one, [...one, '--permanent']]) : commands
}

/** In front of all others, since the first rule that fits decides (ufw(8), "prepend"). */
function ufwCommand({ action, port, protocol, from }: PortRequest): readonly string[] {
  const verb = action === 'open' ? 'allow' : 'deny'
  return ['ufw', 'prepend', verb, 'proto', protocol, 'from', from ?? 'any', 'to', 'any', 'port', String(port)]
}

/** firewalld.richlanguage(5): a rule of negative priority comes before all that zones and services say. */
function firewalldCommands({ action, port, protocol, from }: PortRequest): readonly string[] {
  const element = `port port="${port}" protocol="${protocol}"`
  const family = from === null ? '' : ` family="${familyOf(prefixAddress(from))}" source address="${from}"`
  const drop = `rule priority="-100"${family} ${element} drop`
  if (action === 'close') return [`--add-rich-rule=${drop}`]
  const accept =
    from === null ? `--add-port=${port}/${protocol}` : `--add-rich-rule=rule${family} ${element} accept`
  return [`--remove-rich-rule=${drop}`, accept]
}
