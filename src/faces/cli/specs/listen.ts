import type { Place } from '../../../tools/listen/listen.ts'
import type { CommandSpec } from '../command.ts'
import { durationFlag, type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface ListenFlags extends OutputFlags {
  readonly udp: boolean
  readonly echo: boolean
  readonly http: boolean
  readonly once: boolean
  readonly host: Place | undefined
  /** Milliseconds. */
  readonly timeout: number | undefined
}

const yes = (brief: string) => ({ kind: 'boolean', default: false, withNegated: false, brief }) as const

const spec: CommandSpec<ListenFlags, readonly [string]> = {
  usage: ['listen [flags] <port>'],
  about: [
    'For trying from elsewhere whether anybody gets through. Says from which',
    'address they came (after NAT), to which of ours, and what they said. Without',
    '--host only this machine gets there. Port 0 lets the system choose.',
  ],
  parameters: {
    flags: {
      udp: yes('Datagrams instead of connections'),
      echo: yes('Send back what they say'),
      http: yes('Serve a page that tells them how they are seen'),
      once: yes('End after the first one'),
      host: {
        kind: 'parsed',
        async parse(text) {
          return (await import('../../../tools/listen/listen.ts')).parsePlace(text)
        },
        optional: true,
        brief: 'Listen at this address, or * for all',
        placeholder: 'address',
      },
      timeout: { ...durationFlag, optional: true, brief: 'End after this long; status 5 if nobody came' },
      ...outputFlags,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ placeholder: 'port', brief: 'Where to listen', parse: String }],
    },
  },
  letters: { u: 'udp', ...outputLetters },
  examples: [
    ["ports listen 8080 --host '*'", 'who gets through to port 8080?'],
    ['ports listen 8080 --http --once', 'answer one request, then end'],
    ['ports listen udp/5000 --echo', 'send datagrams back'],
  ],
  load: () => import('../commands/listen.ts'),
}

export default spec
