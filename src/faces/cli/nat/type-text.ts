/** What `ports nat type` shows at a terminal: the name, the facts, and what they mean. */
import { formatTracked, meaningOf, type NatName, type NatType } from '../../../tools/nat/nat.ts'
import type { Paint } from '../render/colour.ts'
import { wrap } from '../render/wrap.ts'
import { typeFacts } from './type-facts.ts'

const SAYS: Readonly<Record<NatName, string>> = {
  none: 'No NAT',
  firewall: 'No NAT, but a firewall that lets in only answers',
  'full-cone': 'A full cone NAT',
  'address-restricted': 'An address-restricted cone NAT',
  'port-restricted': 'A port-restricted cone NAT',
  cone: 'A cone NAT; what it lets in is not known',
  linux: 'A NAT as Linux has it: a port-restricted cone until ports collide',
  symmetric: 'A symmetric NAT',
  unknown: 'It is not known whether there is a NAT, or of what kind',
}
const TITLE = 26

export function typeText(found: NatType, paint: Paint, width: number): string {
  const { name, mapped, server } = found
  const lines = [paint(headline(found), 'heading')]
  if (mapped === null) {
    const why = `${formatTracked(server)} did not answer: UDP is blocked on the way, or no STUN server listens there.`
    return `${[...lines, ...wrap(why, width, 0, 0)].join('\n')}\n`
  }
  const say = (title: string, value: string): void => {
    const [first = '', ...more] = wrap(value, width, TITLE, TITLE)
    lines.push(`  ${title.padEnd(TITLE - 2)}${first}`, ...more)
  }
  for (const { key, title, value } of typeFacts(found)) if (key !== 'type') say(title, value)
  const { calls, games, holePunching } = meaningOf(name)
  lines.push('', paint('What it means', 'heading'))
  say('Calls', calls)
  say('Games', games)
  say('Hole punching', holePunching)
  return `${lines.join('\n')}\n`
}

const headline = ({ name, translated }: NatType): string =>
  name === 'unknown' && translated.known && translated.value
    ? 'There is a NAT; of what kind, this server can’t tell'
    : SAYS[name]
