import type { CommandSpec } from '../command.ts'

export interface AgentFlags {
  readonly stdio: boolean
}

const spec: CommandSpec<AgentFlags> = {
  usage: ['agent --stdio'],
  about: [
    'Started through ssh by a ports that asks from afar: ports --host ssh://web ls.',
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
    ['ports --host ssh://web --agent-command /opt/ports 443', 'starts a program of another name'],
    ['ports agent --stdio', 'greets in one line, and waits for questions'],
  ],
  load: () => import('../commands/agent.ts'),
}

export default spec
