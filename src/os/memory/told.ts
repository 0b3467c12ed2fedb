/** How much of a socket a query gets to see. */
import type { Socket } from '../../model/socket.ts'
import type { SocketQuery } from '../os.ts'

/** The socket with no more details than the query asks for. */
export function told({ details = [] }: SocketQuery, socket: Socket): Socket {
  const { tcp, drops, acceptQueue, ...rest } = socket
  const queue = acceptQueue === undefined ? undefined : { ...acceptQueue }
  if (!details.includes('queues')) delete (queue as { drops?: number } | undefined)?.drops
  return {
    ...rest,
    ...(queue === undefined ? {} : { acceptQueue: queue }),
    ...(details.includes('queues') && drops !== undefined ? { drops } : {}),
    ...(details.includes('tcp') && tcp !== undefined ? { tcp } : {}),
  }
}
