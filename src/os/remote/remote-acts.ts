/** What is done on another machine when it is told to: what its own checks, at the last moment, make safe. */
import { fault } from '../../model/fault.ts'
import type { Trial, TrialEnd } from '../../model/filter/trial.ts'
import type { Hello } from '../../wire/agent/agent.ts'
import type { Acts, FilterActs, ToolOptions } from '../acts.ts'
import type { Conversation } from './conversation.ts'

export function remoteActs(talk: Conversation, hello: Hello): Acts {
  return {
    self: hello.pid,
    stopProcess: (request, options) => talk.ask('stopProcess', [request], options),
    destroySocket: socket => talk.ask('destroySocket', [socket]),
    container: (query, options) => talk.ask('container', [query, limits(options)], options),
    stopService: (service, options) => talk.ask('stopService', [service, limits(options)], options),
    filter: filterActs(talk, hello),
  }
}

/** Folders of programs here are not those there. */
const limits = ({ timeoutMs }: ToolOptions = {}): ToolOptions =>
  timeoutMs === undefined ? {} : { timeoutMs }

function filterActs(talk: Conversation, { uptime }: Hello): FilterActs {
  const since = performance.now()
  const why = `the connection to ${talk.place} may be what a change cuts: change its rules in a login of their own`
  const refuse = async (): Promise<never> => {
    throw fault('E_FW_UNSUPPORTED', { why })
  }
  const says = async () => ({ kind: 'unsupported', says: why }) as const
  return {
    openDesk: refuse,
    watch: refuse,
    runManager: says,
    persist: says,
    lineage: () => talk.ask('lineage', []),
    startUp: () => talk.ask('startUp', []),
    uptime: () => uptime + performance.now() - since,
    async readNotes() {
      const { trial, last, watched, boot, handle } = await talk.ask<Told>('notes', [])
      return {
        trial: () => trial,
        last: () => last,
        watched: () => watched,
        boot,
        readTable: () => talk.ask('readTable', [], { on: handle }),
        check: text => talk.ask('check', [text], { on: handle }),
      }
    },
  }
}

interface Told {
  readonly trial: Trial | null
  readonly last: TrialEnd | null
  readonly watched: boolean
  readonly boot: string
  readonly handle: number
}
