/**
 * `dup to 10.0.0.1 device eth0`, `fwd to eth1`, `fwd ip to 10.0.0.1 device eth1`.
 */
import { DATATYPES } from '../../model/filter/datatypes.ts'
import type { Expression } from '../../model/filter/expression.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { readComputed } from './assigned.ts'
import { scalarFrom } from './interpret.ts'
import { beginsLeft } from './left-side.ts'
import type { Reader } from './reader.ts'
import { readRight } from './right-side.ts'

const DEVICE = DATATYPES.get('iface_index')!
const ADDRESS = { ip: DATATYPES.get('ipv4_addr')!, ip6: DATATYPES.get('ipv6_addr')! }

export function readDup(reader: Reader): Statement {
  const { stream } = reader
  stream.need('dup')
  stream.need('to')
  const { family } = reader
  if (family === 'netdev') return { kind: 'dup', device: readOne(reader, 'device') }
  if (family !== 'ip' && family !== 'ip6')
    throw stream.refuse(
      `a table of family ${family} can't duplicate packets`,
      'Write it in one of ip, ip6 or netdev.',
    )
  const address = readOne(reader, family)
  if (!stream.take('device')) return { kind: 'dup', address }
  return { kind: 'dup', address, device: readOne(reader, 'device') }
}

export function readFwd(reader: Reader): Statement {
  const { stream } = reader
  stream.need('fwd')
  const family = stream.takeAny('ip', 'ip6') as 'ip' | 'ip6' | undefined
  stream.need('to')
  if (family === undefined) return { kind: 'fwd', device: readOne(reader, 'device') }
  const address = readOne(reader, family)
  stream.need('device')
  return { kind: 'fwd', family, address, device: readOne(reader, 'device') }
}

function readOne(reader: Reader, what: 'device' | 'ip' | 'ip6'): Expression {
  const type = what === 'device' ? DEVICE : ADDRESS[what]
  if (beginsLeft(reader)) return readComputed(reader, [type])
  return { kind: 'literal', value: scalarFrom(reader, readRight(reader), type) }
}
