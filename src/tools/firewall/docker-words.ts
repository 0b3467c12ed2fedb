/** The ports that Docker has published, as `docker ps` writes them: `192.0.2.10:53->172.30.0.2:53/udp` (chain DOCKER of nat). */

import { DATATYPES } from '../../model/filter/datatypes.ts'
import type { Expression } from '../../model/filter/expression.ts'
import type { Pattern } from '../../model/filter/pattern.ts'
import type { Ruleset, Table } from '../../model/filter/ruleset.ts'
import { formatScalar } from '../../model/filter/symbols.ts'
import { fieldsOf } from './rule-fields.ts'

export function dockerWords({ tables }: Ruleset): readonly string[] {
  return tables
    .filter(({ name }) => name === 'nat')
    .flatMap(table =>
      table.chains
        .filter(({ name }) => name === 'DOCKER')
        .flatMap(chain => chain.rules)
        .flatMap(rule => {
          const { translate, destination, destinationPort, protocol } = fieldsOf(rule)
          if (translate?.kind !== 'dnat' || destinationPort === undefined) return []
          const here = destination ?? (table.family === 'ip6' ? '[::]' : '0.0.0.0')
          return [`${here}:${destinationPort}->${placeOf(table, translate)}/${protocol}`]
        }),
    )
}

function placeOf(
  { family }: Table,
  { address, port }: { address?: Expression | Pattern; port?: Expression | Pattern },
): string {
  const datatype = DATATYPES.get(family === 'ip6' ? 'ipv6_addr' : 'ipv4_addr')!
  const text = address?.kind === 'value' ? formatScalar(datatype, address.value) : 'its address'
  const host = family === 'ip6' ? `[${text}]` : text
  return port?.kind === 'value' ? `${host}:${port.value}` : host
}
