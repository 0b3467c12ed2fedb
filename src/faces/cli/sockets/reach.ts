/** From where a listener can be reached, in a word; empty for sockets that can't be reached. */
import type { SocketTable } from '../../../tools/sockets/sockets.ts'

export const reachText = ({ facts }: SocketTable, row: number): string => facts.exposure(row)?.level ?? ''
