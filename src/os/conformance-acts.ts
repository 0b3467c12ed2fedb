/** Promises about acts and attempts: nothing is ended that isn't what it was, and what is tried has an outcome. */
import { LOOPBACK_V4 } from '../model/address.ts'
import { isFault } from '../model/fault.ts'
import type { Port } from '../model/port.ts'
import type { Case } from './conformance.ts'
import { check, rejectsAborted, same, soon } from './conformance-check.ts'
import { FREE_PID } from './conformance-owners.ts'
import { TRIED } from './reach.ts'

/** What a host may say that doesn't end anything. */
const HARMLESS: ReadonlySet<string> = new Set(['gone', 'another', 'let-go', 'denied', 'unsupported'])

/** Why a host has none. */
const FILTER_FAULTS: ReadonlySet<string> = new Set(['E_FW_UNSUPPORTED', 'E_FW_DENIED', 'E_FW_STATE'])

const TRY = { timeoutMs: 2000 } as const

export const ACT_CASES: readonly Case[] = [
  {
    name: 'a process that isn’t there can’t be ended',
    needs: [],
    async run({ os }) {
      const outcome = await os.acts.stopProcess({ pid: FREE_PID, startedAt: 0, signal: 'SIGTERM', waitMs: 0 })
      check(['gone', 'unsupported'].includes(outcome.kind), `it is ${outcome.kind}`)
    },
  },
  {
    name: 'a process that started at another time is another one, and lives on',
    needs: ['pid'],
    async run({ os, pid }) {
      const request = { pid: pid!, startedAt: 1, signal: 'SIGTERM', waitMs: 0 } as const
      const { kind } = await os.acts.stopProcess(request)
      check(kind === 'another' || kind === 'unsupported', `it is ${kind}`)
      check((await os.processes([pid!])).get(pid!)?.known !== undefined, 'nothing is told of it any more')
    },
  },
  {
    name: 'a process that doesn’t hold the socket is let be',
    needs: ['pid'],
    async run({ os, pid }) {
      const now = (await os.processes([pid!])).get(pid!)
      if (now?.known !== true) return
      const { kind } = await os.acts.stopProcess({
        pid: pid!,
        startedAt: now.value.startedAt,
        inodes: [NO_INODE],
        signal: 'SIGTERM',
        waitMs: 0,
      })
      check(HARMLESS.has(kind), `it is ${kind}`)
    },
  },
  {
    name: 'an aborted signal rejects, and nothing is ended',
    needs: ['pid'],
    async run({ os, pid }) {
      const request = { pid: pid!, startedAt: 1, signal: 'SIGTERM', waitMs: 0 } as const
      const { kind } = await os.acts.stopProcess(request)
      if (kind === 'unsupported') return
      await rejectsAborted(os.acts.stopProcess(request, { signal: AbortSignal.abort() }), 'stopProcess')
    },
  },
  {
    name: 'notes of changes of the packet filter are told, or a fault says why not',
    needs: [],
    async run({ os: { acts } }) {
      const told = await acts.filter.readNotes().catch(error => {
        check(isFault(error) && FILTER_FAULTS.has(error.code), String(error))
        return null
      })
      check(told === null || told.boot !== '', 'the boot has no name')
      const [self] = await acts.filter.lineage()
      check(self === undefined || self.pid === acts.self, `who asks is ${self?.pid}`)
    },
  },
  {
    name: 'what is tried has an outcome of the list',
    needs: [],
    async run({ os: { reach } }) {
      const outcomes = [
        await reach.dial({ address: LOOPBACK_V4, port: 1 }, TRY),
        await reach.dial({ path: '/nonexistent/portolan.sock' }, TRY),
        await reach.get({ url: 'http://127.0.0.1:1/', address: LOOPBACK_V4 }, TRY),
        await reach.file('/nonexistent/portolan'),
      ]
      for (const { kind } of outcomes) {
        check(TRIED.includes(kind), `${kind} is no outcome`)
        check(kind !== 'yes', 'it found what can’t be there')
      }
    },
  },
  {
    name: 'a datagram socket has one address of the host, and hears what is sent there, in order',
    needs: [],
    async run({ os: { reach } }) {
      const towards = { address: LOOPBACK_V4, port: 9 as Port }
      const [one, two] = [await reach.datagrams({ towards }), await reach.datagrams({ towards })]
      for (const { kind } of [one, two]) check(TRIED.includes(kind), `${kind} is no outcome`)
      if (one.kind !== 'yes' || two.kind !== 'yes') return
      const [a, b] = [one.socket, two.socket]
      same(a.local.address, LOOPBACK_V4, 'the address towards loopback')
      check(a.local.port !== 0 && a.local.port !== b.local.port, 'two sockets have one port')
      for (const byte of [7, 8]) same((await a.send(Uint8Array.of(byte), b.local)).kind, 'yes', 'sending')
      for (const byte of [7, 8]) {
        const got = await soon(b.receive({ timeoutMs: 2000 }), 'the datagram')
        same(got?.bytes[0], byte, 'what came')
        same(got?.from.port, a.local.port, 'from where')
      }
      await rejectsAborted(b.receive({ timeoutMs: 1, signal: AbortSignal.abort() }), 'receive')
      await a.close()
      await b.close()
    },
  },
  {
    name: 'a name that nobody has isn’t resolved',
    needs: [],
    async run({ os: { reach } }) {
      same((await reach.resolve('portolan.invalid')).kind, 'failed', 'portolan.invalid')
    },
  },
]

/** Inodes of sockets are counted up from 1 at boot, and never come here (sockfs, get_next_ino: 32 bits). */
const NO_INODE = 0xffffffff
