/**
 * Sandboxes that a process puts itself into, for good, with all that it becomes (execve(2)): it may not connect.
 *
 * | way | connect(2) says | by |
 * |---|---|---|
 * | landlock | EACCES, of TCP only | a rule set that handles connecting and allows no port (landlock(7), ABI 4) |
 * | seccomp | EPERM | a filter of system calls, as containers have it (seccomp(2)) |
 */
import { keptAt, systemCall } from './libc.ts'

export type OwnSandbox = 'landlock' | 'seccomp'

/** The same for all architectures since Linux 5.1. */
const [LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF] = [444, 446]
const LANDLOCK_CREATE_RULESET_VERSION = 1
const ACCESS_NET_CONNECT_TCP = 2n
/** The first ABI of Landlock that knows of networks. */
const NETWORKS_SINCE = 4

const [PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER] = [22, 38, 2]
/** Numbers of prctl(2) and connect(2). */
const NUMBERS: Readonly<Record<string, readonly [prctl: number, connect: number]>> = {
  x64: [157, 42],
  arm64: [167, 203],
}
const EPERM = 1

/** Why there is no such sandbox here, or false. */
export function whyNoSandbox(way: OwnSandbox): string | false {
  if (process.platform !== 'linux') return 'there is no Linux kernel here'
  if (NUMBERS[process.arch] === undefined) return 'system calls have other numbers on this machine'
  if (way === 'seccomp') return false
  const version = systemCall(LANDLOCK_CREATE_RULESET, 0, 0, LANDLOCK_CREATE_RULESET_VERSION)
  return version >= NETWORKS_SINCE ? false : 'Landlock has no rules for networks here'
}

export function enter(way: OwnSandbox): void {
  const [prctl] = NUMBERS[process.arch]!
  must('no_new_privs', systemCall(prctl, PR_SET_NO_NEW_PRIVS, 1))
  if (way === 'landlock') landlocked()
  else filtered()
}

function landlocked(): void {
  // struct landlock_ruleset_attr: rights of files, none of which is handled, and of networks.
  const attributes = Buffer.alloc(16)
  attributes.writeBigUInt64LE(ACCESS_NET_CONNECT_TCP, 8)
  const rules = must('landlock_create_ruleset', systemCall(LANDLOCK_CREATE_RULESET, attributes, 16))
  must('landlock_restrict_self', systemCall(LANDLOCK_RESTRICT_SELF, rules))
}

/** struct sock_filter: code, jumps, operand. */
function instruction(code: number, ifTrue: number, ifFalse: number, operand: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code)
  bytes[2] = ifTrue
  bytes[3] = ifFalse
  bytes.writeUInt32LE(operand, 4)
  return bytes
}

function filtered(): void {
  const [prctl, connect] = NUMBERS[process.arch]!
  const [LOAD, EQUALS, RETURN] = [0x20, 0x15, 0x06]
  const [ERRNO, ALLOW] = [0x0005_0000, 0x7fff_0000]
  const program = keptAt(
    Buffer.concat([
      // The number of the call is the first word of struct seccomp_data.
      instruction(LOAD, 0, 0, 0),
      instruction(EQUALS, 0, 1, connect),
      instruction(RETURN, 0, 0, ERRNO | EPERM),
      instruction(RETURN, 0, 0, ALLOW),
    ]),
  )
  // struct sock_fprog
  const filter = Buffer.alloc(16)
  filter.writeUInt16LE(4)
  filter.writeBigUInt64LE(program.address, 8)
  must('seccomp', systemCall(prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter))
}

function must(what: string, result: number): number {
  if (result < 0) throw new Error(`${what}: errno ${-result}`)
  return result
}
