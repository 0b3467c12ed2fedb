import type { CommandSpec } from '../command.ts'

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof SHELLS)[number]

const spec: CommandSpec<Readonly<Record<never, never>>, readonly [string]> = {
  usage: ['completions bash|zsh|fish|powershell'],
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          placeholder: 'shell',
          brief: 'bash, zsh, fish or powershell',
          parse: String,
          proposeCompletions: () => SHELLS,
        },
      ],
    },
  },
  letters: {},
  examples: [
    ['source <(ports completions bash)', 'in ~/.bashrc; zsh has the like'],
    ['ports completions fish | source', 'in ~/.config/fish/config.fish'],
    ['ports completions powershell | Out-String | iex', 'in $PROFILE'],
  ],
  load: () => import('../commands/completions.ts'),
}

export default spec
