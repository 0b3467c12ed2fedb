import type { CommandSpec } from '../command.ts'

export interface AgentFlags {
  readonly stdio: boolean
}

const spec: CommandSpec<AgentFlags> = {
  usage: ['agent --stdio'],
  about: [
    'Started through ssh by "ports --host ssh://..." and "ports why --at ssh://...".',
    'It needs nothing open, and ends with its input.',
  ],
  parameters: {
    flags: {
      stdio: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Speak over standard input and output',
      },
    },
  },
  letters: {},
  examples: [
    ['ports --host ssh://web ls -tl', 'starts it on web, and lists what listens there'],
    ['ports --host ssh://web --agent-command "sudo -n portolan" 443', 'the same as root there'],
    ['ssh web portolan agent --stdio', 'shows that it would start: it greets in one line'],
  ],
  load: () => import('../commands/agent.ts'),
}

export default spec
