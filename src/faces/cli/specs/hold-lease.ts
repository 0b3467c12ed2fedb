import type { CommandSpec } from '../command.ts'

const spec: CommandSpec<Readonly<Record<never, unknown>>, readonly [string]> = {
  usage: ['hold-lease <claim>'],
  about: ['For "ports lease --hold", which starts it. It ends with the lease.'],
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ placeholder: 'claim', brief: 'Mark of the claim', parse: String }],
    },
  },
  letters: {},
  examples: [
    ['ports lease web --hold', 'starts it'],
    ['ports leases', 'shows what is leased'],
    ['ports release web', 'ends it'],
  ],
  load: () => import('../commands/hold-lease.ts'),
}

export default spec
