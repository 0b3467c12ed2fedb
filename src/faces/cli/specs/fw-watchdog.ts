import type { CommandSpec } from '../command.ts'

const spec: CommandSpec<Readonly<Record<never, unknown>>, readonly [string]> = {
  usage: ['fw watchdog <trial>'],
  about: ['For "ports fw apply", which starts it. It ends when the trial is decided.'],
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ placeholder: 'trial', brief: 'Name of the trial', parse: String }],
    },
  },
  letters: {},
  examples: [
    ['ports fw apply rules.nft', 'starts it'],
    ['ports fw status', 'shows what it watches over'],
    ['ports fw confirm', 'ends it'],
  ],
  load: () => import('../commands/fw-watchdog.ts'),
}

export default spec
