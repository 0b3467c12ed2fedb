/**
 * Where a host looks names up: the texts of its files, as they are (hosts(5), resolv.conf(5), nsswitch.conf(5)). A file that
 * isn't there is told as an empty one, which means the same to who reads it.
 */
import { type Known, type UnknownReason, unknown } from '../model/known.ts'

export interface Naming {
  readonly hosts: Known<string>
  readonly resolvers: Known<string>
  readonly order: Known<string>
}

export const noNaming = (reason: UnknownReason): Naming => ({
  hosts: unknown(reason),
  resolvers: unknown(reason),
  order: unknown(reason),
})
