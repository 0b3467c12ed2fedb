import { PROTOCOLS, type Protocol } from '../../../model/protocol.ts'
import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

/** Where IANA publishes the registry (RFC 6335 section 8). */
export const REGISTRY_URL =
  'https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.csv'

export interface NameFlags extends OutputFlags {
  readonly search: string | undefined
  readonly update: string | undefined
  readonly protocol: Protocol | undefined
}

const spec: CommandSpec<NameFlags, readonly string[]> = {
  usage: ['name <port|name|range>... [flags]', 'name --search <words>', 'name --update [url]'],
  about: [
    'Answers from the IANA registry and from /etc/services, both overruled by',
    '$XDG_CONFIG_HOME/portolan/services, a file of the same form.',
  ],
  parameters: {
    flags: {
      search: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Find services by name or description',
        placeholder: 'words',
      },
      protocol: {
        kind: 'enum',
        values: PROTOCOLS,
        optional: true,
        brief: 'Of one protocol only',
        placeholder: 'protocol',
      },
      update: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Fetch the registry, from IANA or this mirror',
        placeholder: 'url',
      },
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      parameter: { placeholder: 'what', brief: 'Port, service name or range', parse: String },
    },
  },
  letters: outputLetters,
  optionalValues: { update: { looks: /^https?:/i, otherwise: REGISTRY_URL } },
  examples: [
    ['ports name 443 5432 udp/53', 'what ports are registered for'],
    ['ports name postgresql', 'which port a service has'],
    ['ports name --search "network time"', 'services that have to do with it'],
  ],
  load: () => import('../commands/name.ts'),
}

export default spec
