/**
 * A child that loads a BPF program and attaches it as it was ordered, says its number, and keeps it until its input ends:
 * a link lasts as long as its descriptor.
 */
import { readFileSync } from 'node:fs'
import { getSystemErrorName } from 'node:util'
import { offHeap, openLibc } from '../../../src/os/ffi.ts'
import type { AttachOrder } from './attach-order.ts'

const ffi = openLibc()
if ('missing' in ffi) throw new Error(ffi.missing)
const { libc } = ffi

/** `enum bpf_cmd`. */
const [PROG_LOAD, OBJ_PIN, LINK_CREATE] = [5, 6, 28]
const ATTRIBUTES = 128
const [O_RDONLY, O_DIRECTORY] = [0, 0o200000]

function bpf(command: number, fill: (view: DataView) => void): number {
  const bytes = offHeap(ATTRIBUTES).fill(0)
  fill(new DataView(bytes.buffer, bytes.byteOffset, ATTRIBUTES))
  const done = libc.bpf(command, bytes, ATTRIBUTES)
  if (done < 0) throw new Error(`bpf(${command}): ${getSystemErrorName(-libc.errno())}`)
  return done
}

function text(of: string): Buffer {
  const bytes = offHeap(of.length + 1)
  bytes[bytes.write(of)] = 0
  return bytes
}

/** `struct bpf_insn`: code u8, registers u8, off s16, imm s32. */
function instructions(returns: number): Buffer {
  const bytes = offHeap(16).fill(0)
  bytes[0] = 0xb7
  bytes.writeInt32LE(returns, 4)
  bytes[8] = 0x95
  return bytes
}

function load({ name, type, attachType, returns }: AttachOrder): number {
  const [program, license] = [instructions(returns), text('GPL')]
  return bpf(PROG_LOAD, view => {
    view.setUint32(0, type, true)
    view.setUint32(4, 2, true)
    view.setBigUint64(8, libc.addressOf(program), true)
    view.setBigUint64(16, libc.addressOf(license), true)
    for (const [at, letter] of [...Buffer.from(name)].entries()) view.setUint8(48 + at, letter)
    view.setUint32(68, attachType, true)
  })
}

function opened(path: string): number {
  const directory = path.startsWith('/proc/') ? 0 : O_DIRECTORY
  const fd = libc.open(text(path), O_RDONLY | directory)
  if (fd < 0) throw new Error(`${path}: ${getSystemErrorName(-libc.errno())}`)
  return fd
}

function attach(order: AttachOrder, program: number): void {
  const { at, attachType } = order
  if ('pin' in at) {
    const path = text(at.pin)
    bpf(OBJ_PIN, view => {
      view.setBigUint64(0, libc.addressOf(path), true)
      view.setUint32(8, program, true)
    })
    return
  }
  bpf(LINK_CREATE, view => {
    view.setUint32(0, program, true)
    view.setUint32(8, attachType, true)
    if ('index' in at) {
      view.setUint32(4, at.index, true)
      view.setUint32(12, at.flags ?? 0, true)
    } else if ('path' in at) view.setUint32(4, opened(at.path), true)
    else {
      view.setUint32(16, at.netfilter.family, true)
      view.setUint32(20, at.netfilter.hook, true)
      view.setInt32(24, at.netfilter.priority, true)
    }
  })
}

const order = JSON.parse(process.argv[2]!) as AttachOrder
const program = load(order)
attach(order, program)
const id = Number(/^prog_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${program}`, 'utf8'))![1])
process.stdout.write(`${JSON.stringify({ id })}\n`)
process.stdin.resume()
